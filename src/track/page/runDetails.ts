import { listInputs } from "../inputs.ts";
import { runData } from "../runData.ts";
import { PARENT_TAG } from "../runRecord.ts";
import { type RunRow, runRow } from "../runRow.ts";
import { numberJson } from "../server/wire.ts";
import type { Store } from "../store.ts";
import { runItems } from "./listRunItems.ts";
import type { RunDetails, WireNumber } from "./pageWire.ts";

/** All that a run's page shows at once, out of one state of the store; curves and files come when they are looked at. */
export function runDetails(store: Store, row: RunRow): RunDetails {
  const { db, artifacts, now } = store.parts;
  return db.read(() => {
    const fresh = runRow(db, row.run_id);
    const [data] = runData(db, [fresh]);
    const [{ values: _, ...item }] = runItems(db, { sql: "FROM runs r WHERE r.run = ?", values: [row.run] }, [], now());
    const nested = `FROM runs r JOIN tags t ON t.run = r.run AND t.key = '${PARENT_TAG}'
      WHERE t.value = ? AND r.lifecycle_stage = 'active' ORDER BY r.start_time, r.run LIMIT 1000`;
    const children = runItems(db, { sql: nested, values: [row.run_id] }, [], now());
    const seq = db.get<{ seq: number | null }>("SELECT max(seq) AS seq FROM metrics")?.seq ?? 0;
    return {
      ...item,
      experiment: data.experiment,
      user: fresh.user_id,
      isDeleted: fresh.lifecycle_stage === "deleted",
      params: data.params.map(({ key, value }) => [key, value]),
      tags: data.tags.map(({ key, value }) => [key, value]),
      metrics: data.latest.map(({ key, value, step, timestamp }) => {
        return { key, value: numberJson(value) as WireNumber, step, time: timestamp };
      }),
      files: artifacts.list(row.run).map(({ path, size }) => ({ path, size })),
      datasets: listInputs(db, row.run).map(({ name, digest, source, context = "", schema = "", profile = "" }) => {
        return { name, digest, source, context, schema, profile };
      }),
      children: children.map(({ id, name, number, state }) => ({ id, name, number, state })),
      seq,
    };
  });
}
