import { type RunRow, runRow } from "../runRow.ts";
import type { Store } from "../store.ts";
import { MlflowFault } from "./mlflowFault.ts";

/**
 * The run with this whole id: over the network a beginning of one will not do.
 * @throws {MlflowFault} RESOURCE_DOES_NOT_EXIST, or INVALID_PARAMETER_VALUE for what can be no id
 */
export function wholeRun(store: Store, runId: string): RunRow {
  if (!/^[a-zA-Z0-9][\w-]{0,255}$/.test(runId))
    throw MlflowFault.invalid(`Invalid value "${runId.slice(0, 80)}" for parameter 'run_id' supplied.`);
  if (!/^[0-9a-f]{32}$/.test(runId)) throw MlflowFault.missing(`Run with id=${runId} not found`);
  return runRow(store.parts.db, runId);
}
