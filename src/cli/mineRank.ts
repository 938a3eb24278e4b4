import type { Vectors } from "../base/vectors.ts";
import type { Example } from "../data/examplesFrom.ts";
import type { MinedExamples } from "../mine/mineHardNegatives.ts";
import type { MiningPassage } from "../mine/miningPool.ts";
import type { MiningVectors } from "../mine/miningVectors.ts";
import type { ScoredPair, Scorer } from "../mine/rescore.ts";
import type { Encoder } from "../search/encoder.ts";
import type { MineJob, MineOutcome } from "./mineJob.ts";
import { mineScorer } from "./mineScorer.ts";
import { mineVectors } from "./mineVectors.ts";
import { openOutput } from "./openOutput.ts";
import { readTexts } from "./readTexts.ts";
import { toJson } from "./toJson.ts";

/** Hard negatives by rank, written as rows of the form asked for. */
export async function mineRank(job: MineJob): Promise<MineOutcome> {
  const { options, output, terminal } = job;
  const { readExamples } = await import("../data/readExamples.ts");
  const examples = await readExamples(options.pairs);
  const texts = options.passages === undefined ? [] : await readTexts(options.passages, false);
  const passages = texts.map((text) => ({ text }));
  if (options.list === "texts") return listTexts(job, examples, passages);

  const report = options.report === undefined ? undefined : await openOutput(options.report, terminal);
  try {
    const listed: ScoredPair[] = [];
    const lister: Scorer = (pairs) => {
      listed.push(...pairs);
      return pairs.map(() => 0);
    };
    const scorer = options.list === "candidates" ? lister : await scorerOf(job);
    const source = await sourceOf(job, examples, passages);
    const { mineHardNegatives } = await import("../mine/mineHardNegatives.ts");
    const sameText = options.exactTexts ? "exact" : "normalized";
    const onProgress = terminal.progress("encoding");
    const mined = await mineHardNegatives(source, examples, {
      ...options,
      scorer,
      sameText,
      passages,
      onProgress,
      onRescored: terminal.progress("rescoring"),
    });
    if (options.list === "candidates") {
      for (const pair of listed) await output.write(toJson(pair));
      return { words: `${listed.length} pairs wait for a score.`, counts: { candidates: listed.length } };
    }
    const rows = await writeRows(job, mined);
    if (report) {
      await report.write(await pageOf(job, mined));
      await report.finish();
    }
    return outcome(job, mined, rows);
  } catch (error) {
    await report?.abandon();
    throw error;
  }
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

async function scorerOf({ options, terminal }: MineJob): Promise<Scorer | undefined> {
  return options.rescore === undefined ? undefined : mineScorer(options.rescore, options, terminal);
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

async function writeRows({ options, output }: MineJob, mined: MinedExamples): Promise<number> {
  if (options.format === "examples") {
    for (const { query, pos, neg, negScores } of mined) await output.write(toJson({ query, pos, neg, negScores }));
    return mined.length;
  }
  const { formatMined } = await import("../mine/formatMined.ts");
  const { format, scores } = options;
  let rows = 0;
  for (const row of formatMined(mined.queries, { format, scores, perQuery: wanted(mined) })) {
    await output.write(toJson(row));
    rows++;
  }
  return rows;
}

async function pageOf({ options, source }: MineJob, mined: MinedExamples): Promise<string> {
  const [{ falseNegatives }, { falseNegativePage }] = await Promise.all([
    import("../mine/falseNegatives.ts"),
    import("../mine/falseNegativePage.ts"),
  ]);
  const negatives = mined.queries.reduce((sum, query) => sum + query.negatives.length, 0);
  return falseNegativePage({
    suspects: falseNegatives(mined.queries),
    negatives,
    scoredBy: options.rescore ?? source!,
  });
}

function outcome({ options }: MineJob, mined: MinedExamples, rows: number): MineOutcome {
  const { found, short } = mined.summary;
  const few = short === 0 ? "" : `; ${short} pairs found fewer than ${wanted(mined)}`;
  const where = options.report === undefined ? "" : ` Suspects are in ${options.report}.`;
  const counts = { pairs: mined.length, negatives: found };
  return {
    words: `${mined.length} pairs now have ${found} hard negatives${few}.${where}`,
    counts: options.format === "examples" ? counts : { ...counts, rows },
  };
}

/** Negatives wanted for each pair. */
function wanted({ length, summary }: MinedExamples): number {
  return summary.asked / length;
}
