import type { Command } from "commander";
import { addNearOption } from "./dataFieldOptions.ts";
import { megabytes } from "./megabytes.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

interface Options {
  near: number | null;
  json: boolean;
}

/** `sulam data check`: is a dataset what its card says, and does no split leak into another? */
export function dataCheckCommand(data: Command, terminal: Terminal): void {
  const command = data
    .command("check")
    .description("check a dataset: sha256, rows, fields, ids, duplicates, leaks between splits")
    .argument("DATASET", "a folder with card.json, a card, a data file, or a registered name (malay-mini)")
    .option("--json", "print the report as JSON", false);
  addNearOption(command)
    .addHelpText(
      "after",
      "\nExit codes: 0 the dataset is sound, 1 it is not.\n\nExample:\n  npx sulam data check datasets/malay-mini",
    )
    .action(async (dataset: string, { near, json }: Options) => {
      const { checkDataset } = await import("../data/collect/checkDataset.ts");
      const report = await checkDataset(dataset, near ?? 1);
      if (json) await terminal.data(toJson(report));
      for (const { kind, count, examples } of report.problems) {
        terminal.words(`${kind}: ${count}`);
        for (const example of examples) terminal.words(`  ${example}`);
        if (count > examples.length) terminal.words(`  and ${count - examples.length} more`);
      }
      const alike = report.nearDuplicates > 0 ? ` ${report.nearDuplicates} rows are near duplicates of others.` : "";
      const verdict = report.problems.length === 0 ? "is sound" : "is not sound";
      terminal.words(`${report.name} ${verdict}: ${report.rows} rows.${alike}`);
      terminal.words(`The index of duplicates took ${megabytes(report.indexBytes)}.`);
      if (report.problems.length > 0) process.exitCode = 1;
    });
}
