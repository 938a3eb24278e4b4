import type { RunRow } from "../runRow.ts";
import type { Store } from "../store.ts";
import type { Call, Calls } from "./calls.ts";
import { folderOf, placeOf } from "./placeOf.ts";
import { wholeRun } from "./wholeRun.ts";

/** MLflow's endpoint that lists a run's files by the run. */
export const artifactCalls: Calls = {
  "GET artifacts/list": (store, fields) => {
    const row = wholeRun(store, fields.runId());
    const folder = folderOf(fields.anyText("path"));
    return { root_uri: row.artifact_uri, files: list(store, row, folder) };
  },
};

/** Lists files by the path in the proxy, as `mlflow-artifacts:/` has it; the names then stand below that path. */
export const listProxied: Call = (store, fields) => {
  const { row, path } = placeOf(store, fields.anyText("path"));
  const start = path === "" ? 0 : path.length + 1;
  return { files: list(store, row, path).map((file) => ({ ...file, path: file.path.slice(start) })) };
};

function list(store: Store, row: RunRow, folder: string): { path: string; is_dir: boolean; file_size?: number }[] {
  return store.parts.artifacts.level(row.run, folder).map(({ path, size }) => {
    return size === null ? { path, is_dir: true } : { path, is_dir: false, file_size: size };
  });
}
