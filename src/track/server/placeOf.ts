import { checkArtifactPath } from "../artifacts.ts";
import type { RunRow } from "../runRow.ts";
import type { Store } from "../store.ts";
import { MlflowFault } from "./mlflowFault.ts";
import { wholeRun } from "./wholeRun.ts";

/** A path in the proxy: any folders, the run's id, `artifacts`, and the path below. */
const PROXIED = /^(.*?([0-9a-f]{32})\/artifacts)(?:\/(.*))?$/;

/**
 * What a path below `mlflow-artifacts:/` stands for. Only files of runs are served: `EXPERIMENT/RUN/artifacts/PATH`.
 *
 * @returns the run, and the path below its folder; "" for the folder itself
 * @throws {MlflowFault} RESOURCE_DOES_NOT_EXIST; INVALID_PARAMETER_VALUE when the path is not plain
 */
export function placeOf(store: Store, proxied: string): { row: RunRow; path: string } {
  const [, root, runId, path = ""] = PROXIED.exec(proxied) ?? [];
  if (root === undefined) {
    folderOf(proxied);
    throw MlflowFault.missing(`\`${proxied.slice(0, 80)}\` is no folder of a run: EXPERIMENT/RUN/artifacts/PATH.`);
  }
  const row = wholeRun(store, runId);
  if (row.artifact_uri !== `mlflow-artifacts:/${root}`)
    throw MlflowFault.missing(
      `The files of run ${runId} lie at ${row.artifact_uri}, not at mlflow-artifacts:/${root}.`,
    );
  return { row, path: folderOf(path) };
}

/** A folder's path without a slash at its end; "" is the topmost. @throws {TrackError} unless it is plain */
export function folderOf(path: string): string {
  const plain = path.replace(/\/+$/, "");
  if (plain !== "" || path.startsWith("/")) checkArtifactPath(plain);
  return plain;
}
