import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import type { Store } from "../track/store.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { withStore } from "./withStore.ts";

interface Options {
  store?: string;
  json: boolean;
}

/** `sulam runs rm|restore`: hides runs, and brings them back. */
export function changeRuns(runs: Command, terminal: Terminal): void {
  const add = (name: string, description: string, done: string, change: (store: Store, id: string) => void): void => {
    runs
      .command(name)
      .description(description)
      .argument("RUN...", "ids, or beginnings of them")
      .option("--store <DIR>", "folder of the store (default: SULAM_STORE, else .sulam beside package.json)")
      .option("--json", "print the ids as an array", false)
      .addHelpText("after", `\nExample:\n  npx sulam runs ${name} 3f9a 81c2`)
      .action((ids: string[], { store: dir, json }: Options) =>
        withStore(dir, async (store, place) => {
          if (!store) throw new InputError("runs", `there are no runs in ${place}`, "Name another store with --store.");
          // all of them are looked up before one is changed
          const found = ids.map((id) => store.run(id));
          for (const { runId } of found) change(store, runId);
          if (json) return terminal.data(toJson(found.map(({ runId }) => runId)));
          for (const { runId, name } of found) terminal.words(`${runId.slice(0, 8)} ${name} ${done}`);
        }),
      );
  };
  add("rm", "hide runs; nothing of them is lost", "is hidden: `sulam runs restore` brings it back", (store, id) =>
    store.deleteRun(id),
  );
  add("restore", "bring back runs that were hidden", "is back", (store, id) => store.restoreRun(id));
}
