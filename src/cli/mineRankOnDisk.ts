import { leftOutWords } from "../data/leftOutWords.ts";
import type { MiningPassage } from "../mine/miningPool.ts";
import type { DiskPoolSource } from "../mine/stream/diskPool.ts";
import { eachText } from "./eachText.ts";
import type { MineCommandOptions, MineJob, MineOutcome } from "./mineJob.ts";
import { mineOnDisk } from "./mineOnDisk.ts";
import { mineScorer } from "./mineScorer.ts";
import { toJson } from "./toJson.ts";
import { writeMined } from "./writeMined.ts";

/** `mineRank` in the memory that `--memory` gives: texts and vectors lie on the disk, and a killed try is gone on with. */
export async function mineRankOnDisk(job: MineJob): Promise<MineOutcome> {
  const { options, terminal } = job;
  let leftOut = 0;
  const texts = await textsOf(options, () => leftOut++);
  if (options.list === "texts") return listTexts(job, texts, () => leftOut);
  return writeMined(job, async (write) => {
    const judge = await mineScorer(options, terminal);
    const { mineFromDisk } = await import("../mine/stream/mineFromDisk.ts");
    const { source, budget, parts, call } = await mineOnDisk(job);
    const input = { ...texts, parts, call: { ...call, judge: judge?.key } };
    const more = {
      scorer: judge?.scorer,
      sameText: texts.sameText,
      budget,
      onProgress: terminal.progress("encoding"),
      onMined: terminal.progress("mining"),
    };
    return mineFromDisk(source, input, { ...options, ...more }, async ({ summary, perQuery, examples, queries }) => {
      if (leftOut > 0) terminal.words(leftOutWords(leftOut));
      if (summary.resumed > 0) terminal.words(`${summary.resumed} shards are from an earlier try.`);
      const outcome = await write({ summary, pairs: summary.asked / perQuery, perQuery, examples, queries });
      // the parts may go only when the rows are in their place
      await job.output.finish();
      return outcome;
    });
  });
}

async function textsOf(options: MineCommandOptions, leftOut: () => void): Promise<DiskPoolSource> {
  const { eachExample } = await import("../data/eachExample.ts");
  const { passages } = options;
  return {
    examples: eachExample(options.pairs, leftOut),
    passages: passages === undefined ? undefined : passagesOf(passages),
    sameText: options.exactTexts ? "exact" : "normalized",
  };
}

async function* passagesOf(path: string): AsyncGenerator<MiningPassage> {
  for await (const text of eachText(path, false)) yield { text };
}

/** The texts in the order of their vectors. */
async function listTexts(
  { options, output, terminal }: MineJob,
  texts: DiskPoolSource,
  leftOut: () => number,
): Promise<MineOutcome> {
  const [{ DiskPool }, { scratchFolder }] = await Promise.all([
    import("../mine/stream/diskPool.ts"),
    import("../data/collect/scratchFolder.ts"),
  ]);
  const { queryPrompt = "", passagePrompt = "" } = options;
  return scratchFolder(options.output, async (folder) => {
    const pool = await DiskPool.make(folder, texts);
    try {
      for (let at = 0; at < pool.queries; at++) await output.write(toJson({ text: queryPrompt + pool.queryText(at) }));
      for (let at = 0; at < pool.size; at++) await output.write(toJson({ text: passagePrompt + pool.passage(at) }));
      if (leftOut() > 0) terminal.words(leftOutWords(leftOut()));
      const counts = { queries: pool.queries, passages: pool.size };
      const words = `${counts.queries} queries and ${counts.passages} passages wait for vectors, in this order.`;
      return { words, counts };
    } finally {
      pool.close();
    }
  });
}
