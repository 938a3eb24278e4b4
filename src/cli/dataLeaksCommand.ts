import type { Command } from "commander";
import { needOptions } from "./needOptions.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { untilStopped } from "./untilStopped.ts";

interface Options {
  test: string[];
  fields?: string[];
  output?: string;
  json: boolean;
}

const HELP = `
A test text leaks when a training row holds it letter for letter (exact), but for case, punctuation and spaces
(normalised), or half of it in stretches of 40 characters (window).

Exit codes: 0 no leak, or the rows that hold none stand in --output; 1 leaks.

Example:
  npx sulam data leaks pairs.jsonl --test malay-mini --output clean.jsonl`;

/** `sulam data leaks`: test texts that stand in training rows, and the rows without them. */
export function dataLeaksCommand(data: Command, terminal: Terminal): void {
  const command = data
    .command("leaks")
    .description("find test texts in training rows, and write the rows that hold none")
    .argument("TRAINING", ".jsonl, .csv, .tsv, .txt (also with .gz), .parquet or .arrow")
    .option("--test <PATH...>", "retrieval sets as of `sulam eval`, or datasets, of which the test split counts")
    .option("--fields <NAMES>", "further fields that hold texts, with commas", (text) => text.split(","))
    .option("--output <FILE>", "the other rows as JSONL; the leaks go to FILE.leaks.jsonl")
    .option("--json", "print what was found as JSON", false)
    .addHelpText("after", HELP)
    .action(async (path: string, { test, fields, output, json }: Options) => {
      needOptions(command, "test");
      const { readTestTexts } = await import("../data/readTestTexts.ts");
      const { removeLeaks } = await import("../eval/removeLeaks.ts");
      const texts: string[] = [];
      for (const each of test) texts.push(...(await readTestTexts(each)));
      const found = await untilStopped(terminal, (signal) => removeLeaks(path, texts, { fields, output, signal }));
      if (found === undefined) return;
      if (json) await terminal.data(toJson(found));
      const { rows, leaking, seen, examples, rejected } = found;
      const kinds = Object.entries(seen).map(([kind, count]) => `${count} ${kind}`);
      const all = Object.values(seen).reduce((sum, count) => sum + count, 0);
      terminal.words(
        `${all} of ${found.texts} test texts stand in ${leaking} of ${rows} training rows (${kinds.join(", ")}).`,
      );
      for (const { line, kind, test, training } of examples)
        terminal.words(`  line ${line}, ${kind}: ${brief(test)} in ${brief(training)}`);
      if (rejected > 0) terminal.words(`${rejected} rows could not be read or hold no text.`);
      if (output !== undefined) terminal.words(`${rows - leaking} rows stay in ${output}.`);
      else if (leaking > 0) process.exitCode = 1;
    });
}

function brief(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}..` : text);
}
