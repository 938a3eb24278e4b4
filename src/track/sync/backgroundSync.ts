import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The run to be sent while it goes on. */
export interface BackgroundRun {
  /** The store's folder. */
  dir: string;
  runId: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** What a background sync has to say, in the store's folder. */
export const SYNC_LOG = "sync.log";

/**
 * Where `MLFLOW_TRACKING_URI` names a server: starts a process that sends the run there until it has ended. The run's own
 * process neither waits for it nor hears of it; what goes wrong stands in the store's `sync.log`, and `npx sulam sync`
 * sends the rest.
 *
 * @returns whether one was started
 */
export function backgroundSync({ dir, runId, env }: BackgroundRun): boolean {
  const uri = env.MLFLOW_TRACKING_URI ?? "";
  if (!/^https?:\/\//.test(uri)) return false;
  const built = !import.meta.url.endsWith(".ts");
  const file = fileURLToPath(new URL(`./followRun.${built ? "js" : "ts"}`, import.meta.url));
  // not this process's own flags: `node -e CODE` would run the code again
  const flags = built ? [] : ["--import", import.meta.resolve("tsx"), "--conditions=source"];
  try {
    const log = openSync(join(dir, SYNC_LOG), "a");
    const child = spawn(process.execPath, [...flags, file, dir, runId], {
      env: env as NodeJS.ProcessEnv,
      stdio: ["ignore", log, log],
      detached: true,
    });
    closeSync(log);
    child.on("error", () => {});
    child.unref();
    return true;
  } catch {
    // tracking never stops the work
    return false;
  }
}
