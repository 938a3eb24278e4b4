import { setTimeout as sleep } from "node:timers/promises";
import { openStore } from "../openStore.ts";
import { MlflowServer } from "./mlflowServer.ts";
import { pushRuns } from "./pushRuns.ts";
import { ServerError } from "./serverError.ts";

// The process that `backgroundSync` starts: `followRun DIR RUN`, with MLFLOW_TRACKING_URI in the environment.

const EVERY_MS = 5000;
/** A server that is away when the run has ended is waited for this often. */
const MOST_FAILURES = 10;

const [dir, runId] = process.argv.slice(2) as [string, string];
const server = new MlflowServer(process.env.MLFLOW_TRACKING_URI ?? "");
const store = openStore({ dir });
const say = (words: string): void => console.log(`${new Date().toISOString()} run ${runId.slice(0, 8)}: ${words}`);

for (let failures = 0; ; ) {
  // looked at before the push, which then has the end too
  const isOver = store.run(runId).status !== "RUNNING";
  try {
    const { problems } = await pushRuns(store, server, { below: runId });
    failures = 0;
    if (isOver) {
      for (const { problem } of problems) say(problem);
      break;
    }
  } catch (error) {
    failures += 1;
    say(error instanceof ServerError ? error.message : String(error));
    if (isOver && failures >= MOST_FAILURES) {
      say(`given up; send the rest by: npx sulam sync --to ${server.address}`);
      process.exitCode = 1;
      break;
    }
  }
  await sleep(EVERY_MS);
}
store.close();
