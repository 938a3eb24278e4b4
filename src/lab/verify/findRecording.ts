import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import { readJsonl } from "../../base/jsonl.ts";
import { checkExportLine } from "../../track/checkExportLine.ts";
import { type ExportLine, exportRun } from "../../track/exportRun.ts";
import { openStore } from "../../track/openStore.ts";
import { projectFolder } from "../../track/projectFolder.ts";
import { storeDir } from "../../track/storeDir.ts";
import { TrackError } from "../../track/trackError.ts";
import { type Recording, recording } from "./recording.ts";

/** Where to look for a run. */
export interface FindOptions {
  /** A file that `runs export` wrote, an id, or the beginning of one. */
  run: string;
  /** Folder of the store. Default: SULAM_STORE, else `.sulam` beside the nearest package.json. */
  storeDir?: string;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** Where a project keeps its exported runs. */
const EXPORTS = "experiments/runs";

/**
 * A run's own record: from the file that is named, else from the store, else from `experiments/runs` of the project.
 *
 * @throws {InputError} no such run, several that begin so, a file that is no export of one run
 */
export async function findRecording({ run, storeDir: dir, cwd, env }: FindOptions): Promise<Recording> {
  if (run.endsWith(".jsonl") || run.endsWith(".jsonl.gz")) return fromFile(run);
  const store = fromStore(run, storeDir({ dir, env, cwd }).dir);
  if (store !== undefined) return store;
  const folder = join(projectFolder(cwd) ?? cwd, EXPORTS);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const found = names.filter((name) => name.startsWith(run) && /\.jsonl(\.gz)?$/.test(name));
  if (found.length === 1) return fromFile(join(folder, found[0]));
  const problem =
    found.length === 0
      ? `no run ${run} is in the store or in ${EXPORTS}`
      : `${found.length} runs of ${EXPORTS} begin with ${run}`;
  throw new InputError("verify", problem, "Name more of its id, another --store, or the exported file.");
}

function fromStore(run: string, dir: string): Recording | undefined {
  if (!existsSync(join(dir, "runs.db"))) return undefined;
  const store = openStore({ dir });
  try {
    return recording(exportRun(store, run));
  } catch (error) {
    if (error instanceof TrackError && error.code === "RESOURCE_DOES_NOT_EXIST") return undefined;
    throw error;
  } finally {
    store.close();
  }
}

async function fromFile(path: string): Promise<Recording> {
  const lines: ExportLine[] = [];
  for await (const { line, value } of readJsonl(path)) lines.push(checkExportLine(value, `${path}:${line}`));
  const runs = lines.filter(({ type }) => type === "run").length;
  if (runs !== 1 || lines[0].type !== "run")
    throw new InputError(path, `must hold one run, which its first line begins; got ${runs}`, "Export one run.");
  return recording(lines);
}
