import { readFileSync } from "node:fs";
import { Command, Help, type Option } from "commander";
import { augmentCommand } from "./augmentCommand.ts";
import { cacheCommand } from "./cacheCommand.ts";
import { dataCommand } from "./dataCommand.ts";
import { doctorCommand } from "./doctorCommand.ts";
import { encodeCommand } from "./encodeCommand.ts";
import { evalCommand } from "./evalCommand.ts";
import { indexCommand } from "./indexCommand.ts";
import { initCommand } from "./initCommand.ts";
import { kernelCommand } from "./kernelCommand.ts";
import { mineCommand } from "./mineCommand.ts";
import { mineStreamCommand } from "./mineStreamCommand.ts";
import { notebookCommand } from "./notebookCommand.ts";
import { ragCommand } from "./ragCommand.ts";
import { reproduceCommand } from "./reproduceCommand.ts";
import { runCommand } from "./runCommand.ts";
import { runsCommand } from "./runsCommand.ts";
import { searchCommand } from "./searchCommand.ts";
import { setupCommand } from "./setupCommand.ts";
import { syncCommand } from "./syncCommand.ts";
import type { Terminal } from "./terminal.ts";
import { tokenizerCommand } from "./tokenizerCommand.ts";
import { uiCommand } from "./uiCommand.ts";
import { verifyCommand } from "./verifyCommand.ts";

/** All commands, in the order in which a newcomer needs them. Each loads the rooms it needs when it runs. */
export function program(terminal: Terminal): Command {
  const sulam = new Command("sulam")
    .description("A research lab for Malay text embeddings: tokenize, mine, finetune, evaluate and track.")
    .version(JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version)
    .showHelpAfterError("(add --help for the options and an example)")
    .exitOverride()
    .configureHelp({ optionDescription })
    .addHelpText("after", "\nExample:\n  npx sulam run experiments/quickstart.yaml");
  const first = [setupCommand, doctorCommand, initCommand, runCommand, runsCommand, uiCommand, syncCommand];
  for (const add of [
    ...first,
    dataCommand,
    cacheCommand,
    encodeCommand,
    indexCommand,
    searchCommand,
    evalCommand,
    mineCommand,
    mineStreamCommand,
    augmentCommand,
    reproduceCommand,
    ragCommand,
    verifyCommand,
    tokenizerCommand,
    kernelCommand,
    notebookCommand,
  ])
    add(sulam, terminal);
  return sulam;
}

/** That a switch is off unless it is given need not be said. */
function optionDescription(option: Option): string {
  return new Help().optionDescription(option).replace(/ \(default: (false|\[\])\)$/, "");
}
