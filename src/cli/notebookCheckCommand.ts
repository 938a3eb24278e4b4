import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

/** `sulam notebook check`: type errors of notebooks, without running them. */
export function notebookCheckCommand(notebook: Command, terminal: Terminal): void {
  notebook
    .command("check")
    .description("type-check notebooks without running them; prints FILE:CELL:LINE:COLUMN, exit 1 on an error")
    .argument("IN...", "notebooks")
    .option("--json", "print a list of all errors", false)
    .addHelpText("after", "\nExample:\n  npx sulam notebook check *.ipynb")
    .action(async (files: string[], { json }: { json: boolean }) => {
      const { readNotebook } = await import("../kernel/notebook/notebookFile.ts");
      const { checkNotebook } = await import("../kernel/notebook/checkNotebook.ts");
      // each is read before the first is checked: a wrong path is told at once
      const notebooks = files.map((file) => ({ file, notebook: readNotebook(file) }));
      const problems = [];
      for (const { file, notebook } of notebooks)
        for (const problem of await checkNotebook(notebook, dirname(resolve(file)))) {
          problems.push({ file, ...problem });
          const { cell, line, column, message } = problem;
          if (!json) await terminal.data(`${file}:${cell}:${line}:${column} ${message}\n`);
        }
      if (json) await terminal.data(toJson(problems));
      if (problems.length > 0) process.exitCode = 1;
      terminal.words(problems.length === 0 ? `ok: ${files.length} checked` : `${problems.length} errors`);
    });
}
