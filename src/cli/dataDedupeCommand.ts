import type { Command } from "commander";
import { addFieldOptions, type FieldOptions, fieldNames } from "./dataFieldOptions.ts";
import { megabytes } from "./megabytes.ts";
import { needOptions } from "./needOptions.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { untilStopped } from "./untilStopped.ts";

interface Options extends FieldOptions {
  output: string;
  json: boolean;
}

/** Exit code when rows were set aside. */
const SET_ASIDE = 3;

/** `sulam data dedupe`: one file without its duplicate rows. */
export function dataDedupeCommand(data: Command, terminal: Terminal): void {
  const command = data
    .command("dedupe")
    .description("remove duplicate rows, exact and near, from one file; the rest stays as it is")
    .argument("FILE", ".jsonl, .csv, .tsv, .txt (also with .gz), .parquet or .arrow")
    .option("--output <FILE>", "the rows that stay, as JSONL; removed ones go to FILE.duplicates.jsonl")
    .option("--json", "print what was done as JSON", false);
  addFieldOptions(command)
    .addHelpText(
      "after",
      `
Exit codes: 0 all rows were read, 3 rows were set aside in FILE.rejected.jsonl, 1 nothing was written.

Example:
  npx sulam data dedupe corpus.jsonl.gz --output clean.jsonl --near 0.9`,
    )
    .action(async (path: string, options: Options) => {
      needOptions(command, "output");
      const { dedupeFile } = await import("../data/collect/dedupeFile.ts");
      const { output, near, json } = options;
      const report = await untilStopped(terminal, (signal) =>
        dedupeFile(path, output, { fields: fieldNames(options), near, signal }),
      );
      if (report === undefined) return;
      if (json) await terminal.data(toJson(report));
      terminal.words(`${report.rows} rows stay in ${output}; removed: ${report.exact} exact, ${report.near} near.`);
      if (report.rejected > 0)
        terminal.words(`${report.rejected} rows could not be used; see ${output}.rejected.jsonl.`);
      terminal.words(`The index of duplicates took ${megabytes(report.indexBytes)}.`);
      if (report.rejected > 0) process.exitCode = SET_ASIDE;
    });
}
