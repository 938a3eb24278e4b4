import { type Command, InvalidArgumentError, Option } from "commander";
import type { MineSettings } from "../config/experiment.ts";
import { addModelOptions, encoderOf, loadModel, type ModelOptions } from "./modelOptions.ts";
import { needOptions } from "./needOptions.ts";
import { openOutput } from "./openOutput.ts";
import { readTexts } from "./readTexts.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { wholeNumber } from "./wholeNumber.ts";

interface Options extends ModelOptions, Omit<MineSettings, "window"> {
  window?: [number, number];
  pairs: string;
  output: string;
  passages?: string;
  seed: number;
  json: boolean;
}

/** `sulam mine`: pairs in, the same pairs with hard negatives out. */
export function mineCommand(sulam: Command, terminal: Terminal): void {
  const command = sulam
    .command("mine")
    .description("find hard negatives for pairs of query and positive")
    .argument("MODEL", "a folder, a registered name (minilm), or a Hugging Face Hub name")
    .option("--pairs <FILE>", "rows {query, positive}, or {query, pos: []}; .jsonl, .csv, .parquet or .arrow")
    .option("--output <FILE>", "rows {query, pos: [], neg: [], negScores: []}; - is standard output")
    .option("--passages <FILE>", "texts to search, one a line or .jsonl with `text` (default: all positives)")
    .option("--per-query <N>", "negatives wanted for each pair", wholeNumber, 5)
    .option(
      "--window <FROM,TO>",
      "ranks of the candidates, 0 = most similar (default: 10,100, earlier where few)",
      ranks,
    )
    .option("--margin <X>", "a negative scores at least this far below the positive", number)
    .option("--relative-margin <X>", "the same as a share of the positive's score", number)
    .option("--min-score <X>", "least cosine of a negative", number)
    .option("--max-score <X>", "greatest cosine of a negative", number)
    .option("--drop-group", "never take a passage of the positive's own group, by the rows' `group`", false)
    .addOption(new Option("--sampling <HOW>", "most similar first, or drawn").choices(["top", "random"]).default("top"))
    .option("--seed <N>", "of the drawing", number, 0)
    .option("--json", 'print {"pairs", "negatives", "output"} when done', false);
  addModelOptions(command)
    .addHelpText("after", "\nExample:\n  npx sulam mine minilm --pairs pairs.jsonl --output mined.jsonl --margin 0.05")
    .action(async (model: string, options: Options) => {
      needOptions(command, "pairs", "output");
      const { output: path, pairs, json } = options;
      if (json && path === "-") command.error("error: --json and --output - would share standard output");
      const output = await openOutput(path, terminal);
      try {
        const { readExamples } = await import("../data/readExamples.ts");
        const examples = await readExamples(pairs);
        const embedder = await loadModel(model, options, terminal);
        const { mineHardNegatives } = await import("../mine/mineHardNegatives.ts");
        const texts = options.passages === undefined ? [] : await readTexts(options.passages, false);
        const passages = texts.map((text) => ({ text }));
        const onProgress = terminal.progress("encoding");
        const mined = await mineHardNegatives(encoderOf(embedder, options), examples, {
          ...options,
          passages,
          onProgress,
        });
        for (const { query, pos, neg, negScores } of mined) await output.write(toJson({ query, pos, neg, negScores }));
        await output.finish();
        const { found, short } = mined.summary;
        const few = short === 0 ? "" : `; ${short} pairs found fewer than ${options.perQuery}`;
        terminal.words(`${mined.length} pairs now have ${found} hard negatives${few}.`);
        if (json) await terminal.data(toJson({ pairs: mined.length, negatives: found, output: path }));
      } catch (error) {
        await output.abandon();
        throw error;
      }
    });
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
  return value;
}

function ranks(text: string): [number, number] {
  const [, from, to] = /^(\d+),(\d+)$/.exec(text) ?? [];
  if (from === undefined || Number(from) >= Number(to))
    throw new InvalidArgumentError("It must be two rising whole numbers, such as 10,100.");
  return [Number(from), Number(to)];
}
