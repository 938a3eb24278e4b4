import type { SystemSettings, WrittenSystem } from "./experiment.ts";

/** Whether a system starts from the experiment's own model, and not from another that it names. */
export function usesOwnModel(system: WrittenSystem | SystemSettings): boolean {
  if (system.kind === "base") return system.model === undefined;
  return system.kind === "finetune" && system.from === undefined;
}
