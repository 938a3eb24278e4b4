import { type Command, Option } from "commander";
import type { ImportReport } from "../data/collect/importDataset.ts";
import type { TextUnit } from "../data/collect/looseRows.ts";
import { addFieldOptions, type FieldOptions, fieldNames } from "./dataFieldOptions.ts";
import { megabytes } from "./megabytes.ts";
import { needOptions } from "./needOptions.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { untilStopped } from "./untilStopped.ts";

interface Options extends FieldOptions {
  output: string;
  licence: string;
  source: string;
  name?: string;
  summary?: string;
  unit: TextUnit;
  mask: boolean;
  newIds: boolean;
  splitsFromNames: boolean;
  json: boolean;
}

/** Exit code of an import that wrote a dataset and set rows aside. */
const SET_ASIDE = 3;

/** `sulam data import`: files in, one checked dataset with a card out. */
export function dataImportCommand(data: Command, terminal: Terminal): void {
  const command = data
    .command("import")
    .description("make one checked dataset of files: JSONL, CSV, Parquet, Arrow, text, HTML")
    .argument("PATH...", "files, or folders with files; .jsonl, .csv, .tsv, .txt and .html also with .gz")
    .option("--output <DIR>", "the dataset's folder; it must not exist yet")
    .option("--licence <ID>", "SPDX identifier of the data's licence, or unknown")
    .option("--source <TEXT>", "where the data come from, in words or as an address")
    .option("--name <NAME>", "of the dataset (default: the folder's name)")
    .option("--summary <TEXT>", "one sentence for the card")
    .addOption(
      new Option("--unit <NAME>", "what a passage of a text file is")
        .choices(["line", "paragraph", "file"])
        .default("line"),
    )
    .option("--no-mask", "leave e-mail addresses, phone and identity-card numbers as they are")
    .option("--new-ids", "give each row its own id, FILE-LINE, whatever the file calls it", false)
    .option(
      "--splits-from-names",
      "rows that name no split take the one of their file's name: train, dev, validation, test",
      false,
    )
    .option("--json", "print what was done as JSON", false);
  addFieldOptions(command)
    .addHelpText(
      "after",
      `
Exit codes: 0 all rows were read, 3 the dataset is there but rows were set aside in rejected.jsonl, 1 no dataset.

Example:
  npx sulam data import dump.jsonl.gz pages/ --output datasets/mine --licence CC-BY-4.0 --source https://example.org`,
    )
    .action(async (paths: string[], options: Options) => {
      needOptions(command, "output", "licence", "source");
      const { importDataset } = await import("../data/collect/importDataset.ts");
      const { output, json, ...rest } = options;
      const onProgress = terminal.progress("files");
      const report = await untilStopped(terminal, (signal) =>
        importDataset(paths, { ...rest, folder: output, fields: fieldNames(options), signal, onProgress }),
      );
      if (report === undefined) return;
      if (json) await terminal.data(toJson(report));
      for (const line of describe(report)) terminal.words(line);
      if (report.rejected > 0) process.exitCode = SET_ASIDE;
    });
}

function describe(report: ImportReport): string[] {
  const { folder, rows, groups, duplicates, masked, rejected, moved, otherFiles, unsplitFiles, indexBytes } = report;
  const { exact, near, threshold, unchecked } = duplicates;
  const lines = [`${rows} rows in ${groups} groups now stand in ${folder}.`];
  if (exact + near > 0) lines.push(`Duplicates removed: ${exact} exact, ${near} near; see ${folder}/duplicates.jsonl.`);
  else lines.push(threshold === null ? "No exact duplicates." : "No duplicates, exact or near.");
  if (unchecked > 0)
    lines.push(`${unchecked} rows were alike to more than 64 others by their hashes: not all compared.`);
  if (masked)
    lines.push(`Masked: ${masked.email} e-mails, ${masked.phone} phones, ${masked.identityCard} identity cards.`);
  if (moved > 0) lines.push(`${moved} rows changed sides: rows that are alike or ask the same stand on one.`);
  if (otherFiles > 0) lines.push(`${otherFiles} files of the folders were not read: their names tell no known kind.`);
  if (unsplitFiles > 0)
    lines.push(`${unsplitFiles} files' names tell no split: their rows train, unless they name one themselves.`);
  if (rejected > 0) lines.push(`${rejected} rows could not be used; see ${folder}/rejected.jsonl.`);
  lines.push(`The index of duplicates took ${megabytes(indexBytes)}.`, `Next: npx sulam data card ${folder}`);
  return lines;
}
