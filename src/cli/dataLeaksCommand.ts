import type { Command } from "commander";
import type { RemovedLeaks } from "../eval/removeLeaks.ts";
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
A test text leaks when a training text is the same to the letter (exact), or but for case, punctuation and spaces
(normalised), or when stretches of 40 characters that a training text holds too make up half of it (window).
Rows whose split is dev or test do not train: they are not looked at, and stay.

Exit codes: 0 no leak, or the rows that hold none stand in --output; 1 leaks; 3 rows could not be looked at, with
--output they are in FILE.rejected.jsonl.

Example:
  npx sulam data leaks pairs.jsonl --test malay-mini --output clean.jsonl`;

/** Exit code when rows were set aside. */
const SET_ASIDE = 3;

/** `sulam data leaks`: test texts that stand in training rows, and the rows without them. */
export function dataLeaksCommand(data: Command, terminal: Terminal): void {
  const command = data
    .command("leaks")
    .description("find test texts in training rows, and write the rows that hold none")
    .argument("TRAINING", "a dataset, or .jsonl, .csv, .tsv, .txt (also with .gz), .parquet or .arrow")
    .option("--test <PATH...>", "retrieval sets as of `sulam eval`, or datasets, of which the test split counts")
    .option("--fields <NAMES>", "further fields that hold texts, with commas", (text) => text.split(","))
    .option("--output <FILE>", "the other rows as JSONL; the leaks go to FILE.leaks.jsonl")
    .option("--json", "print what was found as JSON", false)
    .addHelpText("after", HELP)
    .action(async (training: string, { test, fields, output, json }: Options) => {
      needOptions(command, "test");
      const { readTestTexts } = await import("../data/readTestTexts.ts");
      const { trainingRows } = await import("../data/trainingRows.ts");
      const { removeLeaks } = await import("../eval/removeLeaks.ts");
      const texts: string[] = [];
      for (const each of test) texts.push(...(await readTestTexts(each)));
      const { path, fields: own, trains } = await trainingRows(training);
      const asked = { fields: [...own, ...(fields ?? [])], trains, output };
      const found = await untilStopped(terminal, (signal) => removeLeaks(path, texts, { ...asked, signal }));
      if (found === undefined) return;
      if (json) await terminal.data(toJson(found));
      const { rows, leaking, rejected } = found;
      for (const line of describe(found)) terminal.words(line);
      if (output !== undefined) terminal.words(`${rows - leaking + found.otherSplits} rows stay in ${output}.`);
      if (leaking > 0 && output === undefined) process.exitCode = 1;
      else if (rejected > 0) process.exitCode = SET_ASIDE;
    });
}

function describe({
  rows,
  leaking,
  otherSplits,
  rejected,
  texts,
  seen,
  otherFields,
  examples,
}: RemovedLeaks): string[] {
  const kinds = Object.entries(seen).map(([kind, count]) => `${count} ${kind}`);
  const all = Object.values(seen).reduce((sum, count) => sum + count, 0);
  const lines = [`${all} of ${texts} test texts stand in ${leaking} of ${rows} training rows (${kinds.join(", ")}).`];
  for (const { line, kind, test, training } of examples)
    lines.push(`  line ${line}, ${kind}: ${brief(test)} in ${brief(training)}`);
  if (otherSplits > 0) lines.push(`${otherSplits} rows have another split than train and do not train.`);
  if (otherFields.length > 0)
    lines.push(`Not looked at: ${otherFields.join(", ")} (--fields ${otherFields.join(",")} looks there, too).`);
  if (rejected > 0) lines.push(`${rejected} rows could not be read or hold no text.`);
  return lines;
}

function brief(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}..` : text);
}
