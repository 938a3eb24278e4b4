import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import type { Terminal } from "./terminal.ts";

/** `sulam notebook new`: writes a notebook in the course's form. It never replaces a file unless told to. */
export function notebookNewCommand(notebook: Command, terminal: Terminal): void {
  notebook
    .command("new")
    .description("write a notebook to start from, in the form of the course: it runs as it is")
    .argument("FILE", "where to write it, e.g. first.ipynb")
    .option("--title <TEXT>", "its heading (default: from the file's name)")
    .option("--force", "replace a file that is there", false)
    .option("--json", 'print {"file", "title"} when done', false)
    .addHelpText("after", '\nExample:\n  npx sulam notebook new first.ipynb --title "My first experiment"')
    .action(async (file: string, options: { title?: string; force: boolean; json: boolean }) => {
      const { writeNotebook } = await import("../kernel/notebook/notebookFile.ts");
      const { newNotebook } = await import("../lab/newNotebook.ts");
      if (!file.endsWith(".ipynb"))
        throw new InputError(
          file,
          "a notebook's name ends in .ipynb",
          `Write it to ${file.replace(/\.\w*$/, "")}.ipynb`,
        );
      if (existsSync(file) && !options.force)
        throw new InputError(file, "exists already", "Take another name, or add --force to replace it.");
      const title = options.title ?? titleOf(file);
      writeNotebook(file, newNotebook(title));
      terminal.words(`${file} is written. Open it in Jupyter, or run it: npx sulam notebook run ${file}`);
      if (options.json) await terminal.data(`${JSON.stringify({ file, title })}\n`);
    });
}

/** `my-first_try.ipynb` -> `My first try`. */
function titleOf(file: string): string {
  const words = basename(file, ".ipynb").replace(/[-_]+/g, " ").trim();
  return words === "" ? "Untitled" : words[0].toUpperCase() + words.slice(1);
}
