import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { exportRun } from "../../track/exportRun.ts";
import { openStore } from "../../track/openStore.ts";
import { EXPERIMENT_FILE } from "../experimentOfRun.ts";
import { movePaths } from "./movePaths.ts";
import { recordedEnvironment } from "./recordedEnvironment.ts";
import { type Recording, recording } from "./recording.ts";
import { startProgram } from "./startProgram.ts";
import { supplyParts } from "./supplyParts.ts";

/** What to run again, and where. */
export interface RunAgainOptions {
  record: Recording;
  /** The user's checkout. */
  root: string;
  /** The checkout in which it runs; the same as `root` when the code of today is wanted. */
  worktree: string;
  /** Variables of the programs that are started. */
  env: Readonly<Record<string, string | undefined>>;
  signal?: AbortSignal;
  say: (line: string) => void;
}

/** What came of it. */
export interface RanAgain {
  found: Recording;
  /** Params that name data and models which lay in the user's checkout, outside what git keeps. */
  moved: string[];
}

/** Variables that change a result: as they were, or not at all. */
const AS_RECORDED = ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OMP_WAIT_POLICY", "NODE_ENV", "TZ", "SULAM_DEVICE"];

/**
 * Runs the experiment of a record with the code of a checkout, in a store of its own that is gone afterwards.
 *
 * @throws {InputError} it could not be made again; {Stopped} on an abort
 */
export async function runAgain(options: RunAgainOptions): Promise<RanAgain> {
  const { record, root, worktree, signal, say } = options;
  // in a worktree it goes with it, also after `kill -9`
  const scratch = mkdtempSync(join(worktree === root ? tmpdir() : worktree, ".sulam-again-"));
  try {
    const { env: recordedEnv = {}, cwd = "." } = recordedEnvironment(record);
    const env: NodeJS.ProcessEnv = { ...options.env };
    for (const name of AS_RECORDED) {
      delete env[name];
      if (recordedEnv[name] !== undefined) env[name] = recordedEnv[name];
    }
    const inside = startProgram({ cwd: worktree, env, signal, say });
    const parts = worktree === root ? {} : await supplyParts({ root, worktree, start: inside, env, say });
    const place = resolve(worktree, cwd);
    const experiment = JSON.parse(record.files.get(EXPERIMENT_FILE)?.text as string);
    const moved = movePaths(experiment, { place, own: resolve(root, cwd) });
    const file = join(scratch, EXPERIMENT_FILE);
    writeFileSync(file, JSON.stringify(experiment));
    const store = join(scratch, "store");
    // where its run lies is gone when it has ended
    const toldShort = (line: string): void => say(line.replace(/ The run is in .*$/, ""));
    const cwdAgain = existsSync(place) ? place : worktree;
    const start = startProgram({ cwd: cwdAgain, env: { ...env, ...parts }, signal, say: toldShort });
    await start(process.execPath, [...program(worktree), "run", file, "--store", store, "--json"]);
    return { found: read(store), moved };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Sulam's own sources in a clone, else the package that a project depends on. */
function program(worktree: string): string[] {
  const sources = join(worktree, "src/cli/main.ts");
  if (existsSync(sources)) return ["--import", "tsx", "--conditions=source", sources];
  return [join(worktree, "node_modules/sulam/bin/sulam.mjs")];
}

function read(dir: string): Recording {
  const store = openStore({ dir });
  try {
    const [{ runId }] = store.runs();
    return recording(exportRun(store, runId));
  } finally {
    store.close();
  }
}
