import type { Command } from "commander";
import { notebookCheckCommand } from "./notebookCheckCommand.ts";
import { notebookConvertCommand } from "./notebookConvertCommand.ts";
import { notebookDiffCommand } from "./notebookDiffCommand.ts";
import { notebookNewCommand } from "./notebookNewCommand.ts";
import { notebookRunCommand } from "./notebookRunCommand.ts";
import { notebookStripCommand } from "./notebookStripCommand.ts";
import type { Terminal } from "./terminal.ts";

/** `sulam notebook new|run|check|strip|diff|convert`: notebooks without Jupyter and without Python. */
export function notebookCommand(sulam: Command, terminal: Terminal): void {
  const notebook = sulam
    .command("notebook")
    .description("begin, run, check, strip, compare and convert notebooks")
    .addHelpText("after", "\nExample:\n  npx sulam notebook run in.ipynb out.ipynb");
  notebookNewCommand(notebook, terminal);
  notebookRunCommand(notebook, terminal);
  notebookCheckCommand(notebook, terminal);
  notebookStripCommand(notebook, terminal);
  notebookDiffCommand(notebook, terminal);
  notebookConvertCommand(notebook, terminal);
}
