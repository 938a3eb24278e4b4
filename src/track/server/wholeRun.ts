import type { RunRow } from "../runRow.ts";
import type { Store } from "../store.ts";
import { MlflowFault } from "./mlflowFault.ts";

/**
 * The run with this whole id: over the network a beginning of one will not do.
 * @throws {MlflowFault} RESOURCE_DOES_NOT_EXIST
 */
export function wholeRun(store: Store, runId: string): RunRow {
  const sql = "SELECT * FROM runs WHERE run_id = ?";
  const row = store.parts.db.get<RunRow>(sql, runId);
  if (row === undefined) throw MlflowFault.missing(`Run with id=${runId.slice(0, 80)} not found`);
  return row;
}
