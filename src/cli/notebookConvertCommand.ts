import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { type Command, Option } from "commander";
import { InputError } from "../base/errors.ts";
import type { Notebook } from "../kernel/notebook/notebook.ts";
import { openOutput } from "./openOutput.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

interface Options {
  to: "script" | "html";
  output?: string;
  json: boolean;
}

/** `sulam notebook convert`: a notebook as a TypeScript program or as one page. */
export function notebookConvertCommand(notebook: Command, terminal: Terminal): void {
  notebook
    .command("convert")
    .description("make a TypeScript program or one self-contained HTML page of a notebook")
    .argument("IN", "the notebook")
    .addOption(new Option("--to <FORM>", "what to make").choices(["script", "html"]).default("html"))
    .option("-o, --output <OUT>", "where to write it; - is standard output (default: IN with the form's ending)")
    .option("--json", 'print {"output", "warnings"}', false)
    .addHelpText("after", "\nExample:\n  npx sulam notebook convert IN.ipynb --to html -o OUT.html")
    .action(async (input: string, { to, output, json }: Options) => {
      if (json && output === "-")
        throw new InputError("--json", "and --output - would share standard output", "Name a file to write to.");
      const { readNotebook } = await import("../kernel/notebook/notebookFile.ts");
      const ending = to === "script" ? ".ts" : ".html";
      const path = output ?? input.replace(/(\.ipynb)?$/, ending);
      const read = readNotebook(input);
      const out = await openOutput(path, terminal);
      const { text, warnings } = await (to === "script" ? script(read, input, path) : page(read, input));
      await out.write(text);
      await out.finish();
      for (const warning of warnings) terminal.words(`warning: ${input}: ${warning}`);
      if (json) await terminal.data(toJson({ output: path, warnings }));
      else if (path !== "-") terminal.words(path);
    });
}

interface Converted {
  text: string;
  warnings: string[];
}

async function script(notebook: Notebook, input: string, output: string): Promise<Converted> {
  const { toScript } = await import("../kernel/notebook/toScript.ts");
  const { isOurLanguage, notebookLanguage } = await import("../kernel/notebook/language.ts");
  const language = notebookLanguage(notebook);
  if (!isOurLanguage(language))
    throw new InputError(input, `is a ${language} notebook, and only TypeScript becomes a script`, "Use nbconvert.");
  const to = output === "-" ? process.cwd() : dirname(resolve(output));
  return toScript(notebook, { from: dirname(resolve(input)), to });
}

async function page(notebook: Notebook, input: string): Promise<Converted> {
  const { toHtml } = await import("../kernel/notebook/toHtml.ts");
  const folder = dirname(resolve(input));
  const title = basename(input, ".ipynb");
  const { html, warnings } = toHtml(notebook, { title, folder, plotly: () => plotlyLibrary(folder) });
  return { text: html, warnings };
}

/** The library that the notebook's own project has, else the one beside this package. */
function plotlyLibrary(folder: string): string | undefined {
  for (const from of [join(folder, "notebook.js"), import.meta.url]) {
    try {
      return readFileSync(createRequire(from).resolve("plotly.js-dist-min"), "utf8");
    } catch {
      // not there: the next place
    }
  }
  return undefined;
}
