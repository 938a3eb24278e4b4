import type { Fields } from "./fields.ts";

const STAGES = { ACTIVE_ONLY: "active", DELETED_ONLY: "deleted", ALL: "all" } as const;

/** MLflow's `ViewType`. Default: what is active. @throws {MlflowFault} when it is another word */
export function stageOf(fields: Fields, name: string): "active" | "deleted" | "all" {
  const view = fields.optionalWord(name, Object.keys(STAGES)) ?? "ACTIVE_ONLY";
  return STAGES[view as keyof typeof STAGES];
}
