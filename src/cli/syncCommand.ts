import type { Command } from "commander";
import type { PullReport } from "../track/sync/pullRuns.ts";
import type { PushReport } from "../track/sync/pushRuns.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

interface Options {
  to?: string;
  from?: string;
  experiment?: string;
  store?: string;
  json: boolean;
}

/** `sulam sync`: the store's runs to a team's MLflow server, or that server's runs into the store. */
export function syncCommand(sulam: Command, terminal: Terminal): void {
  sulam
    .command("sync")
    .description("send runs to an MLflow server, or bring its runs here; again and again adds only what is new")
    .option("--to <URI>", "an MLflow server to send to, as http://host:5000")
    .option("--from <URI>", "an MLflow server whose runs are brought here")
    .option("--experiment <NAME>", "only runs of this experiment")
    .option("--store <DIR>", "folder of the store (default: SULAM_STORE, else .sulam beside package.json)")
    .option("--json", "print one object: what was sent or brought", false)
    .addHelpText(
      "after",
      "\nCredentials: MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.\n\nExample:\n  npx sulam sync --to http://team:5000",
    )
    .action(async ({ to, from, experiment, store: dir, json }: Options, command: Command) => {
      if ((to === undefined) === (from === undefined)) command.error("error: give either --to URI or --from URI");
      const [{ openStore }, { MlflowServer }] = await Promise.all([
        import("../track/openStore.ts"),
        import("../track/sync/mlflowServer.ts"),
      ]);
      const server = new MlflowServer((to ?? from)!);
      const store = openStore({ dir });
      try {
        terminal.words(`Sync with ${server.address}; while it does not answer, it is tried again for some seconds.`);
        const options = { experiment, onProgress: terminal.progress("sync") };
        const report =
          to !== undefined
            ? await (await import("../track/sync/pushRuns.ts")).pushRuns(store, server, options)
            : await (await import("../track/sync/pullRuns.ts")).pullRuns(store, server, options);
        terminal.words("own" in report ? pulled(report, store.dir) : pushed(report, store.dir));
        for (const { runId, problem } of report.problems) terminal.words(`run ${runId.slice(0, 8)}: ${problem}`);
        if (report.problems.length > 0) process.exitCode = 1;
        if (json) await terminal.data(toJson(report));
      } finally {
        store.close();
      }
    });
}

function pushed({ server, runs, created, changed, points, files }: PushReport, place: string): string {
  if (runs === 0) return `There are no runs in ${place}; nothing was sent, and ${server} was not asked.`;
  return `${server}: ${created} of ${runs} runs are new there, ${changed - created} changed; ${points} points and ${files} files sent.`;
}

function pulled({ server, runs, created, changed, own, points, files }: PullReport, place: string): string {
  const here = own > 0 ? ` (${own} were sent from here)` : "";
  return `${server}: of ${runs} runs${here} ${created} are new in ${place}, ${changed - created} changed; ${points} points and ${files} files brought.`;
}
