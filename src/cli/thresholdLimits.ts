import { InputError } from "../base/errors.ts";
import type { ThresholdOptions } from "../mine/mineByThreshold.ts";
import type { MineCommandOptions } from "./mineJob.ts";

/** What is kept where neither a preset nor an option says how much. */
const USUAL = 5;

/**
 * The thresholds, caps and sampling that a call of `sulam mine --by threshold` asks for.
 *
 * @throws {InputError} a preset that is not there, or no distances
 */
export async function thresholdLimits(options: MineCommandOptions): Promise<ThresholdOptions> {
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
