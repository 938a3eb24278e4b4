import type { Experiment, SystemSettings, WrittenExperiment, WrittenSystem } from "./experiment.ts";

/** Lays each system's differences over the experiment's own `data`, `train` and `mine`, and names the model and the bm25 that were meant. */
export function resolveSystems(written: WrittenExperiment): Experiment {
  const { model } = written;
  const { name: _, ...data } = written.data;
  const onlyBm25 = Object.keys(written.systems).find((name) => written.systems[name].kind === "bm25");
  const resolve = (system: WrittenSystem): SystemSettings => {
    if (system.kind === "finetune")
      return {
        ...system,
        data: { ...data, ...system.data },
        train: { ...written.train, ...system.train },
        mine: { ...written.mine, ...system.mine },
      };
    // `findProblems` has seen to it that there is one when none is named
    if (system.kind === "hybrid") return { ...system, lexical: system.lexical ?? (onlyBm25 as string) };
    return system;
  };
  return {
    ...written,
    model: model.name === undefined && model.fresh === undefined ? { ...model, name: "minilm" } : model,
    systems: Object.fromEntries(Object.entries(written.systems).map(([name, system]) => [name, resolve(system)])),
  };
}
