import type { Command } from "commander";
import { dataCardCommand } from "./dataCardCommand.ts";
import { dataCheckCommand } from "./dataCheckCommand.ts";
import { dataDedupeCommand } from "./dataDedupeCommand.ts";
import { dataImportCommand } from "./dataImportCommand.ts";
import { dataLeaksCommand } from "./dataLeaksCommand.ts";
import { dataSplitCommand } from "./dataSplitCommand.ts";
import type { Terminal } from "./terminal.ts";

/** `sulam data import|check|dedupe|leaks|split|card`: files become a checked dataset with a card. */
export function dataCommand(sulam: Command, terminal: Terminal): void {
  const data = sulam
    .command("data")
    .description("make a checked dataset of files: import, check, remove duplicates and leaks, split, card")
    .addHelpText(
      "after",
      "\nExample:\n  npx sulam data import dump.jsonl.gz --output datasets/mine --licence CC0-1.0 --source URL",
    );
  for (const add of [
    dataImportCommand,
    dataCheckCommand,
    dataDedupeCommand,
    dataLeaksCommand,
    dataSplitCommand,
    dataCardCommand,
  ])
    add(data, terminal);
}
