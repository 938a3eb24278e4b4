import type { Vectors } from "../base/vectors.ts";
import type { Example } from "../data/examplesFrom.ts";
import { leftOutWords } from "../data/leftOutWords.ts";
import type { MiningPassage } from "../mine/miningPool.ts";
import type { MiningVectors } from "../mine/miningVectors.ts";
import type { ScoredPair, Scorer } from "../mine/rescore.ts";
import type { Encoder } from "../search/encoder.ts";
import type { MineJob, MineOutcome } from "./mineJob.ts";
import { mineScorer } from "./mineScorer.ts";
import { mineVectors } from "./mineVectors.ts";
import { readTexts } from "./readTexts.ts";
import { toJson } from "./toJson.ts";
import { writeMined } from "./writeMined.ts";

/** Hard negatives by rank, written as rows of the form asked for. */
export async function mineRank(job: MineJob): Promise<MineOutcome> {
  const { options, output, terminal } = job;
  const { readExamples } = await import("../data/readExamples.ts");
  let leftOut = 0;
  const examples = await readExamples(options.pairs, () => leftOut++);
  if (leftOut > 0) terminal.words(leftOutWords(leftOut));
  const texts = options.passages === undefined ? [] : await readTexts(options.passages, false);
  const passages = texts.map((text) => ({ text }));
  if (options.list === "texts") return listTexts(job, examples, passages);

  const listed: ScoredPair[] = [];
  const lister: Scorer = (pairs) => {
    listed.push(...pairs);
    return pairs.map(() => 0);
  };
  return writeMined(job, async (write) => {
    const scorer = options.list === "candidates" ? lister : (await mineScorer(options, terminal))?.scorer;
    const source = await sourceOf(job, examples, passages);
    const { mineHardNegatives } = await import("../mine/mineHardNegatives.ts");
    const mined = await mineHardNegatives(source, examples, {
      ...options,
      scorer,
      sameText: options.exactTexts ? "exact" : "normalized",
      passages,
      onProgress: terminal.progress("encoding"),
      onRescored: terminal.progress("rescoring"),
    });
    if (options.list === "candidates") {
      for (const pair of listed) await output.write(toJson(pair));
      return { words: `${listed.length} pairs wait for a score.`, counts: { candidates: listed.length } };
    }
    const { summary, queries, length } = mined;
    const perQuery = summary.asked / length;
    return write({ summary, pairs: length, perQuery, examples: () => mined, queries: () => queries });
  });
}

async function listTexts(
  { options, output }: MineJob,
  examples: readonly Example[],
  passages: readonly MiningPassage[],
): Promise<MineOutcome> {
  const { miningTexts } = await import("../mine/miningTexts.ts");
  const all = miningTexts(examples, passages, options.exactTexts ? "exact" : "normalized");
  const { queryPrompt = "", passagePrompt = "" } = options;
  for (const text of all.queries) await output.write(toJson({ text: queryPrompt + text }));
  for (const text of all.passages) await output.write(toJson({ text: passagePrompt + text }));
  const counts = { queries: all.queries.length, passages: all.passages.length };
  return {
    words: `${counts.queries} queries and ${counts.passages} passages wait for vectors, in this order.`,
    counts,
  };
}

/** The model; or vectors, of which the first are the queries' and the others the passages'. */
async function sourceOf(
  job: MineJob,
  examples: readonly Example[],
  passages: readonly MiningPassage[],
): Promise<Encoder | MiningVectors> {
  const { miningTexts } = await import("../mine/miningTexts.ts");
  const texts = () => miningTexts(examples, passages, job.options.exactTexts ? "exact" : "normalized");
  const source = await mineVectors(job, async () => texts().queries.length + texts().passages.length);
  if ("encode" in source) return source;
  const { data, n, d } = source.vectors;
  const q = texts().queries.length;
  const part = (from: number, to: number): Vectors => ({ data: data.subarray(from * d, to * d), n: to - from, d });
  return { queries: part(0, q), passages: part(q, n), engine: source.engine };
}
