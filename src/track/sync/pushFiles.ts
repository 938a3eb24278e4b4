import { openAsBlob } from "node:fs";
import type { ArtifactRecord } from "../artifacts.ts";
import type { RunRow } from "../runRow.ts";
import type { Pushed, PushParts } from "./pushRun.ts";

/** A run's files here, and where the server keeps them. */
export interface FilesOfRun {
  files: readonly ArtifactRecord[];
  artifactUri: string;
}

const PROXIED = /^mlflow-artifacts:\/+(?:[^/]+:\d+\/)?/;

/**
 * Sends the files whose content the server has not got yet, by their sha256.
 *
 * @throws {ServerError}
 */
export async function pushFiles(
  { store, server, state }: PushParts,
  row: RunRow,
  { files, artifactUri }: FilesOfRun,
): Promise<Pick<Pushed, "files" | "refused" | "filesLeft">> {
  const changed = files.filter(({ path, sha256 }) => state.sentFile(row.run, path) !== sha256);
  const here = changed.filter(({ path }) => store.hasArtifactFile(row.run_id, path));
  if (here.length > 0 && !PROXIED.test(artifactUri)) {
    const why = `the server keeps them at ${artifactUri.split(":")[0]}:, not behind itself (mlflow server --serve-artifacts)`;
    return { files: 0, refused: [`${here.length} files stayed here: ${why}`], filesLeft: undefined };
  }
  const place = artifactUri.replace(PROXIED, "");
  for (const { path, sha256 } of here) {
    await server.putFile(place, path, () => openAsBlob(store.artifactFile(row.run_id, path)));
    state.noteFile(row.run, path, sha256);
  }
  const gone = changed.length - here.length;
  const filesLeft = gone === 0 ? undefined : { count: gone, why: "only their names came with the import" };
  return { files: here.length, refused: [], filesLeft };
}
