import { leftOutWords } from "../data/leftOutWords.ts";
import type { KeptTexts, ThresholdTexts } from "../mine/stream/thresholdFromDisk.ts";
import type { KeptRows } from "../mine/thresholdKeeper.ts";
import type { MineCommandOptions, MineJob, MineOutcome } from "./mineJob.ts";
import { mineVectors } from "./mineVectors.ts";
import { thresholdLimits } from "./thresholdLimits.ts";
import { thresholdTexts } from "./thresholdTexts.ts";
import { toJson } from "./toJson.ts";
import { writeThreshold } from "./writeThreshold.ts";

/** Positives and negatives by distance, written as rows `{query, pos, neg, posDistances, negDistances}`. */
export async function mineThreshold(job: MineJob): Promise<MineOutcome> {
  const { options, output, terminal } = job;
  let leftOut = 0;
  const texts = await distinctTexts(options, () => leftOut++);
  if (leftOut > 0) terminal.words(leftOutWords(leftOut));
  if (options.list === "texts") {
    for (const text of texts) await output.write(toJson({ text }));
    return { words: `${texts.length} texts wait for vectors, in this order.`, counts: { texts: texts.length } };
  }
  const limits = await thresholdLimits(options);
  const source = await mineVectors(job, async () => texts.length);
  const vectors =
    "vectors" in source ? source.vectors : await source.encode(texts, { onProgress: terminal.progress("encoding") });
  const [{ mineByThreshold }, { openEngine }] = await Promise.all([
    import("../mine/mineByThreshold.ts"),
    import("../engine/openEngine.ts"),
  ]);
  const engine = source.engine ?? (await openEngine());
  const textsOf = ({ rows, distances, found }: KeptRows): KeptTexts => ({
    texts: Array.from(rows, (row) => texts[row]),
    distances: [...distances],
    found,
  });
  const mined = function* (): Generator<ThresholdTexts> {
    const more = { ...limits, onProgress: terminal.progress("mining") };
    for (const { anchor, positives, negatives } of mineByThreshold(engine, vectors, more))
      yield { text: texts[anchor], positives: textsOf(positives), negatives: textsOf(negatives) };
  };
  return writeThreshold(job, texts.length, mined());
}

/** Without repetition; the first of equal ones stays. */
async function distinctTexts(options: MineCommandOptions, leftOut: () => void): Promise<string[]> {
  const { normalizeText } = await import("../mine/normalizeText.ts");
  const kept = new Map<string, string>();
  for await (const text of thresholdTexts(options, leftOut)) {
    const key = options.exactTexts ? text : normalizeText(text);
    if (!kept.has(key)) kept.set(key, text);
  }
  return [...kept.values()];
}
