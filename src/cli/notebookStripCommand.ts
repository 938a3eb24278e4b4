import type { Command } from "commander";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

const help = `
Of language_info only the version goes: viewers colour the code by the rest. A cell tagged keep_output keeps its outputs.

Example:
  npx sulam notebook strip *.ipynb`;

/** `sulam notebook strip`: takes out of notebooks what running them put in. */
export function notebookStripCommand(notebook: Command, terminal: Terminal): void {
  notebook
    .command("strip")
    .description("remove outputs, counts and what runs leave in the metadata, in place")
    .argument("IN...", "notebooks")
    .option("--check", "change nothing; exit 1 when a notebook has something to remove", false)
    .option("--json", "print the names of the notebooks that have something to remove", false)
    .addHelpText("after", help)
    .action(async (files: string[], { check, json }: { check: boolean; json: boolean }) => {
      const { notebookText, replaceFile } = await import("../kernel/notebook/notebookFile.ts");
      const { parseNotebook } = await import("../kernel/notebook/parseNotebook.ts");
      const { formatNotebook } = await import("../kernel/notebook/formatNotebook.ts");
      const { stripNotebook } = await import("../kernel/notebook/stripNotebook.ts");
      // all are read first: one that is damaged leaves the others untouched
      const stripped = files.map((file) => {
        const before = notebookText(file);
        const notebook = parseNotebook(before, file);
        const after = formatNotebook(stripNotebook(notebook));
        // a file that only another program would have written otherwise is left as it is
        return { file, after, isDirty: formatNotebook(notebook) !== after };
      });
      const dirty = stripped.filter(({ isDirty }) => isDirty);
      if (!check) for (const { file, after } of dirty) replaceFile(file, after);
      const names = dirty.map(({ file }) => file);
      if (json) await terminal.data(toJson(names));
      else for (const name of names) await terminal.data(`${name}\n`);
      if (check && names.length > 0) {
        process.exitCode = 1;
        terminal.words(`${names.length} to strip: npx sulam notebook strip ${names.join(" ")}`);
      } else terminal.words(`${names.length} of ${files.length} ${check ? "have outputs" : "stripped"}`);
    });
}
