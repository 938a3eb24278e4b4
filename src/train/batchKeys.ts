import type { Example } from "../data/examplesFrom.ts";
import type { SamplerOptions } from "./sampler.ts";
import type { Batches } from "./trainOptions.ts";

/**
 * What the sampler must keep apart or together, for a choice of `TrainOptions.batches`. An example without a group is a
 * group of its own.
 */
export function batchKeys(batches: Batches, examples: readonly Example[]): Pick<SamplerOptions, "apart" | "together"> {
  if (batches === "groupsApart") return { apart: examples.map(({ group }) => group) };
  if (batches === "passagesTogether") return { together: examples.map(({ pos }) => pos[0]) };
  if (batches === "groupsTogether") return { together: examples.map(({ group }, i) => group ?? `example ${i}`) };
  return {};
}
