import { writeSync } from "node:fs";
import { openStore } from "../../src/track/openStore.ts";
import { withRun } from "../../src/track/withRun.ts";

/** A program for tests that need another process: `child.ts COMMAND DIR ARGUMENT`. */
const [command, dir, argument] = process.argv.slice(2);
/** Synchronous, so that what the parent reads was true when a kill came. */
const say = (word: string | number): number => writeSync(1, `${word}\n`);
const batch = (call: number): { key: string; value: number; step: number; timestamp: number }[] =>
  Array.from({ length: 10 }, (_, i) => ({ key: "loss", value: i, step: 10 * call + i, timestamp: 1 }));

const commands: Record<string, () => unknown> = {
  /** Logs batches of ten points for ever and says after each how many calls have returned. */
  endless() {
    const writer = openStore({ dir }).openRun({ name: argument });
    for (let call = 0; ; call++) {
      writer.log({ metrics: batch(call) });
      say(call + 1);
    }
  },
  /** Logs `argument` batches in a run of its own. */
  writer() {
    const store = openStore({ dir });
    const writer = store.openRun({});
    for (let call = 0; call < Number(argument); call++) writer.log({ metrics: batch(call) });
    writer.end("FINISHED");
    store.close();
  },
  /** Serves the store and says where, until it is killed. */
  async serve() {
    const { startServer } = await import("../../src/track/server/startServer.ts");
    say((await startServer({ store: openStore({ dir }), port: 0 })).url);
  },
  /** Sends the store to the server at `argument`. */
  async push() {
    const { MlflowServer } = await import("../../src/track/sync/mlflowServer.ts");
    const { pushRuns } = await import("../../src/track/sync/pushRuns.ts");
    await pushRuns(openStore({ dir }), new MlflowServer(argument));
  },
  /** Opens the run `argument`. */
  second() {
    openStore({ dir }).openRun(argument);
  },
  /** Holds a run open and says its id, until it is killed. */
  hold() {
    say(openStore({ dir }).openRun({}).row.run_id);
    setInterval(() => {}, 1000);
  },
  /** Waits within a run until a signal comes. `argument`: how the program listens to SIGINT itself. */
  wait() {
    return withRun({ dir, name: "wait" }, async (run) => {
      say(run.id);
      const keepAlive = setInterval(() => {}, 1000);
      await new Promise((resolve) => {
        if (argument === "listens") process.on("SIGINT", resolve);
        if (argument === "leaves") process.on("SIGINT", () => process.exit(130));
      });
      clearInterval(keepAlive);
    });
  },
  /** Leaves the process in the middle of a run. */
  exit() {
    return withRun({ dir, name: "exit" }, () => process.exit(3));
  },
  /** Logs into a store that cannot grow for ever; says what was warned, and how many calls were made. */
  fill() {
    return withRun({ dir, name: "fill", onWarning: say, systemMetrics: false }, (run) => {
      for (let call = 0; call < Number(argument); call++)
        run.metrics(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`m${i}`, call])), call);
    });
  },
  /** Opens the store and says the error. */
  open() {
    try {
      openStore({ dir }).createRun();
    } catch (error) {
      say(String(error));
    }
  },
};

await commands[command]();
