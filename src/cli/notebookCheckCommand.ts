import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

const help = `
Each line tells FILE:CELL:LINE:COLUMN; CELL is the number that Jupyter shows after a run, as in [3].
After a cell's %check off, type errors are warnings; syntax errors are always errors.

Example:
  npx sulam notebook check *.ipynb`;

/** `sulam notebook check`: syntax and type errors of notebooks, without running them. */
export function notebookCheckCommand(notebook: Command, terminal: Terminal): void {
  notebook
    .command("check")
    .description("type-check notebooks without running them; exit 1 on an error")
    .argument("IN...", "notebooks")
    .option("--json", "print a list of all errors and warnings", false)
    .addHelpText("after", help)
    .action(async (files: string[], { json }: { json: boolean }) => {
      const { readNotebook } = await import("../kernel/notebook/notebookFile.ts");
      const { checkNotebook } = await import("../kernel/notebook/checkNotebook.ts");
      // each is read before the first is checked: a wrong path is told at once
      const notebooks = files.map((file) => ({ file, notebook: readNotebook(file) }));
      const problems = [];
      for (const { file, notebook } of notebooks)
        for (const problem of await checkNotebook(notebook, dirname(resolve(file)))) {
          problems.push({ file, ...problem });
          const { cell, line, column, message, severity } = problem;
          const word = severity === "warning" ? "warning: " : "";
          if (!json) await terminal.data(`${file}:${cell}:${line}:${column} ${word}${message}\n`);
        }
      if (json) await terminal.data(toJson(problems));
      const errors = problems.filter(({ severity }) => severity === "error").length;
      if (errors > 0) process.exitCode = 1;
      const warnings = problems.length - errors;
      const also = warnings === 0 ? "" : `, ${count(warnings, "warning")}`;
      terminal.words(errors === 0 ? `ok: ${files.length} checked${also}` : `${count(errors, "error")}${also}`);
    });
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}
