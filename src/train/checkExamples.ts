import { InputError } from "../base/errors.ts";
import type { Example } from "../data/examplesFrom.ts";
import type { Loss } from "../loss/lossOf.ts";

/**
 * Checks at the door of `train` that there is something to learn from, and that the loss finds the negatives it needs.
 *
 * @throws {InputError} that names the first example that cannot be used, by index and query
 */
export function checkExamples(examples: readonly Example[], loss: Loss, batchSize: number): void {
  if (examples.length === 0)
    throw new InputError("train", "there are no examples", "Give at least two, e.g. `examplesFrom(rows, fields)`.");
  examples.forEach(checkTexts);
  const own = (example: Example): string[] => example.neg.filter((text) => !example.pos.includes(text));
  const { name } = loss.config;
  if (loss.needsNegatives === "each") {
    const bare = examples.findIndex((example) => own(example).length === 0);
    if (bare >= 0)
      throw new InputError(
        "train",
        `the loss ${name} needs a negative in every example, ${where(examples[bare], bare)} has none`,
        "Mine hard negatives first, or use the loss infoNce.",
      );
  }
  if (loss.needsNegatives === "some" && !examples.some((example) => own(example).length > 0))
    throw new InputError(
      "train",
      `the loss ${name} needs negatives, no example has one, and all texts would become one point`,
      "Mine hard negatives first, or use the loss infoNce.",
    );
  const alone = Math.min(batchSize, examples.length) === 1;
  if (loss.needsNegatives === "none" && alone && examples.some((example) => own(example).length === 0))
    throw new InputError(
      "train",
      `the loss ${name} compares the passages of a batch, and a batch of one example without negatives has only one`,
      "Give more examples and a greater `batchSize`, or mine hard negatives.",
    );
}

function checkTexts(example: Example, index: number): void {
  const usable = (text: unknown): boolean => typeof text === "string" && text.trim() !== "";
  const fail = (problem: string): never => {
    throw new InputError("train", `${where(example, index)} ${problem}`, "Mend or drop it.");
  };
  if (!usable(example.query)) fail("must have a query with text");
  if (!Array.isArray(example.pos) || example.pos.length === 0) fail("must have at least one positive");
  if (!Array.isArray(example.neg)) fail("must have a list `neg`, which may be empty");
  for (const [field, texts] of [
    ["pos", example.pos],
    ["neg", example.neg],
  ] as const) {
    const bad = texts.findIndex((text) => !usable(text));
    if (bad >= 0) fail(`must have texts in \`${field}\`, got ${JSON.stringify(texts[bad])}`);
  }
}

const where = (example: Example, index: number): string =>
  `example ${index} (${JSON.stringify(String(example?.query).slice(0, 60))})`;
