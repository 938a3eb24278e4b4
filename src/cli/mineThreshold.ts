import { InputError } from "../base/errors.ts";
import type { ThresholdOptions } from "../mine/mineByThreshold.ts";
import type { KeptRows } from "../mine/thresholdKeeper.ts";
import type { MineCommandOptions, MineJob, MineOutcome } from "./mineJob.ts";
import { mineVectors } from "./mineVectors.ts";
import { readTexts } from "./readTexts.ts";
import { toJson } from "./toJson.ts";

/** What is kept where neither a preset nor an option says how much. */
const USUAL = 5;

/** Positives and negatives by distance, written as rows `{query, pos, neg, posDistances, negDistances}`. */
export async function mineThreshold(job: MineJob): Promise<MineOutcome> {
  const { options, output, terminal } = job;
  const limits = await limitsOf(options);
  const texts = await distinctTexts(options);
  if (options.list === "texts") {
    for (const text of texts) await output.write(toJson({ text }));
    return { words: `${texts.length} texts wait for vectors, in this order.`, counts: { texts: texts.length } };
  }
  const source = await mineVectors(job, async () => texts.length);
  const vectors =
    "vectors" in source ? source.vectors : await source.encode(texts, { onProgress: terminal.progress("encoding") });
  const [{ mineByThreshold }, { openEngine }] = await Promise.all([
    import("../mine/mineByThreshold.ts"),
    import("../engine/openEngine.ts"),
  ]);
  const engine = source.engine ?? (await openEngine());
  const counts = { texts: texts.length, rows: 0, positives: 0, negatives: 0, noPositive: 0, noNegative: 0 };
  const textsOf = ({ rows }: KeptRows): string[] => Array.from(rows, (row) => texts[row]);
  const onProgress = terminal.progress("mining");
  for (const { anchor, positives, negatives } of mineByThreshold(engine, vectors, { ...limits, onProgress })) {
    if (positives.found === 0) counts.noPositive++;
    if (negatives.found === 0) counts.noNegative++;
    if (positives.found === 0 || negatives.found === 0) continue;
    counts.rows++;
    counts.positives += positives.rows.length;
    counts.negatives += negatives.rows.length;
    const distances = { posDistances: [...positives.distances], negDistances: [...negatives.distances] };
    await output.write(
      toJson({ query: texts[anchor], pos: textsOf(positives), neg: textsOf(negatives), ...distances }),
    );
  }
  const { rows, positives, negatives, noPositive, noNegative } = counts;
  return {
    words:
      `${rows} of ${texts.length} texts have both: ${positives} positives and ${negatives} negatives kept. ` +
      `Left out: ${noPositive} without a positive, ${noNegative} without a negative.`,
    counts,
  };
}

async function limitsOf(options: MineCommandOptions): Promise<ThresholdOptions> {
  const { thresholdPresets } = await import("../mine/thresholdPresets.ts");
  const { preset: name, positiveDistance, negativeDistance, raw, sampling, seed } = options;
  if (name !== undefined && !Object.hasOwn(thresholdPresets, name))
    throw new InputError("--preset", `there is no ${name}`, `Take one of ${Object.keys(thresholdPresets).join(", ")}.`);
  const preset = name === undefined ? undefined : thresholdPresets[name];
  const positive = positiveDistance ?? preset?.positive;
  const negative = negativeDistance ?? preset?.negative;
  if (positive === undefined || negative === undefined)
    throw new InputError(
      "mine --by threshold",
      "needs the distance of positives and that of negatives",
      "Give --preset, or --positive-distance and --negative-distance.",
    );
  return {
    positive,
    negative,
    normalize: raw === undefined ? preset?.normalize : !raw,
    positives: options.positives ?? preset?.positives ?? USUAL,
    negatives: options.negatives ?? preset?.negatives ?? USUAL,
    sampling,
    seed,
  };
}

/** The texts of `--pairs`, then those of `--passages`, without repetition; the first of equal ones stays. */
async function distinctTexts({ pairs, passages, exactTexts }: MineCommandOptions): Promise<string[]> {
  const { normalizeText } = await import("../mine/normalizeText.ts");
  const kept = new Map<string, string>();
  const add = (text: string): void => {
    const key = exactTexts ? text : normalizeText(text);
    if (!kept.has(key)) kept.set(key, text);
  };
  for (const text of await textsOf(pairs)) add(text);
  for (const text of passages === undefined ? [] : await readTexts(passages, false)) add(text);
  return [...kept.values()];
}

/** Of a text file its lines; of rows with `text` that; of others the query, then what answers it. */
async function textsOf(path: string): Promise<string[]> {
  if (/\.txt(\.gz)?$/.test(path)) return readTexts(path, false);
  const [{ readRows }, { textField, textListField }] = await Promise.all([
    import("../data/readRows.ts"),
    import("../data/fields.ts"),
  ]);
  const texts: string[] = [];
  for await (const row of readRows(path)) {
    if ("text" in row.values) {
      texts.push(textField(row, "text"));
      continue;
    }
    texts.push(textField(row, "query"));
    for (const field of ["positive", "passage"]) if (field in row.values) texts.push(textField(row, field));
    texts.push(...textListField(row, "pos"));
  }
  return texts;
}
