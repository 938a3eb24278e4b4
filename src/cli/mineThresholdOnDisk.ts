import { leftOutWords } from "../data/leftOutWords.ts";
import type { MineJob, MineOutcome } from "./mineJob.ts";
import { mineOnDisk } from "./mineOnDisk.ts";
import { thresholdLimits } from "./thresholdLimits.ts";
import { thresholdTexts } from "./thresholdTexts.ts";
import { toJson } from "./toJson.ts";
import { writeThreshold } from "./writeThreshold.ts";

/** `mineThreshold` in the memory that `--memory` gives: texts and vectors lie on the disk, a killed try is gone on with. */
export async function mineThresholdOnDisk(job: MineJob): Promise<MineOutcome> {
  const { options, terminal } = job;
  let leftOut = 0;
  const texts = thresholdTexts(options, () => leftOut++);
  const tell = (): void => {
    if (leftOut > 0) terminal.words(leftOutWords(leftOut));
  };
  if (options.list === "texts") return listTexts(job, texts, tell);
  const limits = await thresholdLimits(options);
  const { thresholdFromDisk } = await import("../mine/stream/thresholdFromDisk.ts");
  const { source, budget, ...place } = await mineOnDisk(job);
  const more = {
    ...limits,
    sameText: options.exactTexts ? "exact" : "normalized",
    budget,
    onProgress: terminal.progress("encoding"),
    onMined: terminal.progress("mining"),
  } as const;
  return thresholdFromDisk(source, { ...place, texts }, more, async (mined) => {
    tell();
    if (mined.resumed > 0) terminal.words(`${mined.resumed} shards are from an earlier try.`);
    const outcome = await writeThreshold(job, mined.texts, mined.rows());
    // the parts may go only when the rows are in their place
    await job.output.finish();
    return outcome;
  });
}

async function listTexts(
  { options, output }: MineJob,
  texts: AsyncIterable<string>,
  tell: () => void,
): Promise<MineOutcome> {
  const [{ TextPool }, { scratchFolder }] = await Promise.all([
    import("../mine/stream/textPool.ts"),
    import("../data/collect/scratchFolder.ts"),
  ]);
  return scratchFolder(options.output, async (folder) => {
    const pool = new TextPool(`${folder}/texts.jsonl`, options.exactTexts ? "exact" : "normalized");
    try {
      for await (const text of texts) {
        const known = pool.size;
        pool.add(text);
        if (pool.size > known) await output.write(toJson({ text }));
      }
      tell();
      return { words: `${pool.size} texts wait for vectors, in this order.`, counts: { texts: pool.size } };
    } finally {
      pool.close();
    }
  });
}
