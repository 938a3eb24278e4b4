import { type Command, InvalidArgumentError } from "commander";
import { addNearOption } from "./dataFieldOptions.ts";
import { megabytes } from "./megabytes.ts";
import { needOptions } from "./needOptions.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { untilStopped } from "./untilStopped.ts";

interface Options {
  output: string;
  test: number;
  dev: number;
  seed: number;
  near: number | null;
  json: boolean;
}

/** `sulam data split`: deal a dataset's groups to train, dev and test. */
export function dataSplitCommand(data: Command, terminal: Terminal): void {
  const command = data
    .command("split")
    .description("deal rows to train, dev and test by group; texts that are alike stay on one side")
    .argument("DATASET", "a folder with card.json, a card, a data file, or a registered name (malay-mini)")
    .option("--output <DIR>", "the folder of the new dataset; it must not exist yet")
    .option("--test <SHARE>", "of the rows", share, 0.2)
    .option("--dev <SHARE>", "of the rows", share, 0.1)
    .option("--seed <N>", "of the dealing", seedOf, 0)
    .option("--json", "print what was done as JSON", false);
  addNearOption(command)
    .addHelpText(
      "after",
      "\nExample:\n  npx sulam data split datasets/mine --output datasets/dealt --test 0.1 --seed 7",
    )
    .action(async (dataset: string, { output, json, near, ...options }: Options) => {
      needOptions(command, "output");
      const { splitDataset } = await import("../data/collect/splitDataset.ts");
      const report = await untilStopped(terminal, (signal) =>
        splitDataset(dataset, output, { ...options, near: near ?? 1, signal }),
      );
      if (report === undefined) return;
      if (json) await terminal.data(toJson(report));
      const { train, dev, test } = report.rows;
      terminal.words(`${output}: train ${train}, dev ${dev}, test ${test} rows in ${report.groups} groups.`);
      if (report.largest > 0.05 * (train + dev + test))
        terminal.words(`The largest group has ${report.largest} rows: the shares are coarse.`);
      terminal.words(`The index of duplicates took ${megabytes(report.indexBytes)}.`);
    });
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < 1)) throw new InvalidArgumentError("It must be from 0 to below 1.");
  return value;
}

function seedOf(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 0.");
  return Number(text);
}
