import { isDeepStrictEqual } from "node:util";
import type { Experiment, SystemSettings } from "../config/experiment.ts";
import type { Run } from "../track/run.ts";

/** The params of a run: the whole experiment, but of each system's training and mining only what is its own. */
export function experimentParams(experiment: Experiment): Parameters<Run["params"]>[0] {
  const { name: _, experiment: __, systems, ...rest } = experiment;
  const own = (all: object, common: object): object =>
    Object.fromEntries(
      Object.entries(all).filter(([key, value]) => !isDeepStrictEqual(value, (common as Record<string, unknown>)[key])),
    );
  const brief = (system: SystemSettings): object =>
    system.kind === "finetune"
      ? {
          ...system,
          data: own(system.data, experiment.data),
          train: own(system.train, experiment.train),
          mine: own(system.mine, experiment.mine),
        }
      : system;
  const briefly = Object.entries(systems).map(([name, system]) => [name, brief(system)]);
  // undefined leaves are left out, everything else is a plain value
  return JSON.parse(JSON.stringify({ ...rest, systems: Object.fromEntries(briefly) }));
}
