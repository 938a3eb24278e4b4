import { statSync } from "node:fs";
import { type Command, Option } from "commander";
import { InputError } from "../base/errors.ts";
import { readJsonl } from "../base/jsonl.ts";
import { isEventFile } from "../track/tensorboard/isEventFile.ts";
import { csvFiles, exportCsv, readCsvFiles } from "./csvRuns.ts";
import { openOutput } from "./openOutput.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { withStore } from "./withStore.ts";

interface Options {
  store?: string;
  output: string;
  format: "jsonl" | "csv" | "tensorboard";
  json: boolean;
}

const storeOption = [
  "--store <DIR>",
  "folder of the store (default: SULAM_STORE, else .sulam beside package.json)",
] as const;

const EXPORT_EXAMPLES = `
Example:
  npx sulam runs export 3f9a --output run.jsonl
  npx sulam runs export 3f9a 81c2 --format csv --output runs.csv
  npx sulam runs export 3f9a 81c2 --format csv --output tables/   # runs.csv, and metrics.csv with every point`;

const IMPORT_EXAMPLES = `
Example:
  npx sulam runs import run.jsonl --store other
  npx sulam runs import runs.csv          # also what MLflow's search_runs().to_csv() wrote
  npx sulam runs import lightning_logs/`;

/** `sulam runs export|import`: runs as lines of JSON from one store to another, as CSV tables and TensorBoard's logs. */
export function exchangeRuns(runs: Command, terminal: Terminal): void {
  runs
    .command("export")
    .description("runs as JSONL (all but large and binary files), as CSV tables, or their curves for TensorBoard")
    .argument("RUN...", "ids, or beginnings of them")
    .addOption(
      new Option("--format <NAME>", "form of the output").choices(["jsonl", "csv", "tensorboard"]).default("jsonl"),
    )
    .option(
      "--output <FILE>",
      "where to write; - is standard output; a folder for tensorboard; csv writes every point, too, to a folder/",
      "-",
    )
    .option(...storeOption)
    .option("--json", "JSON is what it prints anyway; accepted for likeness with other commands")
    .addHelpText("after", EXPORT_EXAMPLES)
    .action((ids: string[], { store: dir, output: path, format }: Options) =>
      withStore(dir, async (store, place) => {
        if (!store) throw new InputError("runs", `there are no runs in ${place}`, "Name another store with --store.");
        if (format === "tensorboard") {
          if (path === "-") throw new InputError("runs export", "wanted a folder for tensorboard", "Add --output DIR.");
          const { exportTensorboard } = await import("../track/tensorboard/exportTensorboard.ts");
          for (const id of ids) terminal.words(`${await exportTensorboard(store, id, path)} is written.`);
          return;
        }
        if (format === "csv") return exportCsv(store, ids, path, terminal);
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
    .description("bring exported runs into a store, CSV tables (MLflow's, too), or TensorBoard's logs")
    .argument(
      "FILE",
      "what `runs export` wrote, gzip too; - is standard input with JSONL; a table .csv; a TensorBoard log folder or file",
    )
    .option(...storeOption)
    .option("--json", "print the ids of the runs as an array", false)
    .addHelpText("after", IMPORT_EXAMPLES)
    .action(async (file: string, { store: dir, json }: Options) => {
      const [{ openStore }, { importRuns }] = await Promise.all([
        import("../track/openStore.ts"),
        import("../track/importRuns.ts"),
      ]);
      const name = file === "-" ? "standard input" : file;
      const lines = (): ReturnType<typeof readJsonl> => readJsonl(file === "-" ? process.stdin : file, name);
      // Read before the store is made: a wrong path leaves none behind.
      const files = csvFiles(file);
      const tables = files.length > 0 ? await readCsvFiles(files) : undefined;
      const store = openStore({ dir });
      try {
        if (tables !== undefined) {
          const { importCsv } = await import("../track/csv/importCsv.ts");
          const { added, known, points, passedOver } = importCsv(store, tables);
          const before = known > 0 ? ` ${known} were there before and stay as they are.` : "";
          terminal.words(`${added.length} runs and ${points} points are now in ${store.dir}.${before}`);
          if (passedOver.length > 0) terminal.words(`Columns passed over: ${passedOver.join(", ")}.`);
          if (json) await terminal.data(toJson(added));
          return;
        }
        const isLog = statSync(file, { throwIfNoEntry: false })?.isDirectory() || isEventFile(file);
        const ids = isLog
          ? (await import("../track/tensorboard/importTensorboard.ts")).importTensorboard(store, file)
          : await importRuns(store, lines(), name);
        terminal.words(`${ids.length} runs are now in ${store.dir}.`);
        if (json) await terminal.data(toJson(ids));
      } finally {
        store.close();
      }
    });
}
