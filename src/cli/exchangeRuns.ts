import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import { readJsonl } from "../base/jsonl.ts";
import { openOutput } from "./openOutput.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { withStore } from "./withStore.ts";

interface Options {
  store?: string;
  output: string;
  json: boolean;
}

const storeOption = [
  "--store <DIR>",
  "folder of the store (default: SULAM_STORE, else .sulam beside package.json)",
] as const;

/** `sulam runs export|import`: runs as lines of JSON, from one store to another. */
export function exchangeRuns(runs: Command, terminal: Terminal): void {
  runs
    .command("export")
    .description("runs as JSONL: all but large and binary files")
    .argument("RUN...", "ids, or beginnings of them")
    .option("--output <FILE>", "where to write; - is standard output", "-")
    .option(...storeOption)
    .option("--json", "JSON is what it prints anyway; accepted for likeness with other commands")
    .addHelpText("after", "\nExample:\n  npx sulam runs export 3f9a --output run.jsonl")
    .action((ids: string[], { store: dir, output: path }: Options) =>
      withStore(dir, async (store, place) => {
        if (!store) throw new InputError("runs", `there are no runs in ${place}`, "Name another store with --store.");
        const { exportRun } = await import("../track/exportRun.ts");
        const output = await openOutput(path, terminal);
        try {
          for (const id of ids) for (const line of exportRun(store, id)) await output.write(toJson(line));
          await output.finish();
        } catch (error) {
          await output.abandon();
          throw error;
        }
      }),
    );

  runs
    .command("import")
    .description("bring exported runs into a store")
    .argument("FILE", "what `runs export` wrote; gzip too; - is standard input")
    .option(...storeOption)
    .option("--json", "print the ids of the runs as an array", false)
    .addHelpText("after", "\nExample:\n  npx sulam runs import run.jsonl --store other")
    .action(async (file: string, { store: dir, json }: Options) => {
      const [{ openStore }, { importRuns }] = await Promise.all([
        import("../track/openStore.ts"),
        import("../track/importRuns.ts"),
      ]);
      const name = file === "-" ? "standard input" : file;
      const lines = readJsonl(file === "-" ? process.stdin : file, name);
      const store = openStore({ dir });
      try {
        const ids = await importRuns(store, lines, name);
        terminal.words(`${ids.length} runs are now in ${store.dir}.`);
        if (json) await terminal.data(toJson(ids));
      } finally {
        store.close();
      }
    });
}
