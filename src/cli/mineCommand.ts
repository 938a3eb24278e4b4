import { type Command, InvalidArgumentError, Option } from "commander";
import type { MineCommandOptions, MineJob, MineOutcome } from "./mineJob.ts";
import { mineRank } from "./mineRank.ts";
import { mineRankOnDisk } from "./mineRankOnDisk.ts";
import { mineThreshold } from "./mineThreshold.ts";
import { mineThresholdOnDisk } from "./mineThresholdOnDisk.ts";
import { addModelOptions } from "./modelOptions.ts";
import { needOptions } from "./needOptions.ts";
import { numberFromZero } from "./numberFromZero.ts";
import { openOutput } from "./openOutput.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { wholeNumber } from "./wholeNumber.ts";

const FORMATS = ["examples", "triplet", "n-tuple", "labeled-pair", "labeled-list"];

const HELP = `
VECTORS.npy holds one float32 vector for each text that --list texts writes, in that order. By rank: the distinct
queries, then the distinct passages, those of --passages before the positives. By threshold: the distinct texts of
--pairs (a row's query before what answers it), then those of --passages.

Example:
  npx sulam mine minilm --pairs pairs.jsonl --output mined.jsonl --margin 0.05 --report suspects.html
  npx sulam mine minilm --pairs pairs.jsonl --output mined.jsonl --rescore path/to/cross-encoder
  npx sulam mine vectors.npy --pairs texts.txt --output mined.jsonl --by threshold --preset ada-b.cari`;

/** `sulam mine`: pairs or texts in, rows with positives and hard negatives out. */
export function mineCommand(sulam: Command, terminal: Terminal): void {
  const command = sulam
    .command("mine")
    .description("find hard negatives for pairs of query and positive, or pairs by distance")
    .argument("[MODEL]", "a folder, a registered name (minilm), a Hugging Face Hub name, or VECTORS.npy")
    .option(
      "--pairs <FILE>",
      "rows {query, positive}, or {query, pos: []}; .jsonl, .csv, .parquet or .arrow; by threshold also {text}, or .txt",
    )
    .option("--output <FILE>", "rows {query, pos: [], neg: [], negScores: []}; - is standard output")
    .option("--passages <FILE>", "texts to search, one a line or .jsonl with `text` (default: all positives)")
    .addOption(new Option("--by <HOW>", "the way of mining").choices(["rank", "threshold"]).default("rank"))
    .option("--exact-texts", "texts that differ in case or spaces are two (default: one)", false)
    .addOption(
      new Option("--sampling <HOW>", "most similar first, or drawn (default: top; by threshold random)").choices([
        "top",
        "random",
      ]),
    )
    .option("--seed <N>", "of the drawing", number, 0)
    .option(
      "--memory <MB>",
      "megabytes beside the program and the model: texts and vectors stay on the disk, a killed call goes on",
      wholeNumber,
    )
    .addOption(
      new Option("--list <WHAT>", "write what wants vectors or scores in place of mining").choices([
        "texts",
        "candidates",
      ]),
    )
    .option("--json", 'print {"pairs", "negatives", "output"} when done, by threshold its counts', false);
  addModelOptions(command);
  const rank = addRankOptions(command);
  const threshold = addThresholdOptions(command);
  command.addHelpText("after", HELP).action(async (source: string | undefined, options: MineCommandOptions) => {
    needOptions(command, "pairs", "output");
    checkMix(command, { rank, threshold }, source);
    const { output: path, json } = options;
    if (json && path === "-") command.error("error: --json and --output - would share standard output");
    const output = await openOutput(path, terminal);
    try {
      const job: MineJob = { source, options, output, terminal };
      const { words, counts } = await minerOf(options)(job);
      await output.finish();
      terminal.words(words);
      if (json) await terminal.data(toJson({ ...counts, output: path }));
    } catch (error) {
      await output.abandon();
      throw error;
    }
  });
}

function minerOf({ by, memory }: MineCommandOptions): (job: MineJob) => Promise<MineOutcome> {
  if (by === "threshold") return memory === undefined ? mineThreshold : mineThresholdOnDisk;
  return memory === undefined ? mineRank : mineRankOnDisk;
}

/** Adds the options that only `--by rank` takes. */
function addRankOptions(command: Command): Option[] {
  return added(command, () => {
    command
      .optionsGroup("By rank:")
      .option("--per-query <N>", "negatives wanted for each pair (default: 5, or as many as there are)", wholeNumber)
      .option(
        "--window <FROM,TO>",
        "ranks of the candidates, 0 = most similar (default: 10,100, earlier where few)",
        ranks,
      )
      .option("--margin <X>", "a negative scores at least this far below the positive", number)
      .option("--relative-margin <X>", "the same as a share of the positive's score", number)
      .option("--min-score <X>", "least score of a negative", number)
      .option("--max-score <X>", "greatest score of a negative", number)
      .option("--drop-group", "never take a passage of the positive's own group, by the rows' `group`", false)
      .addOption(new Option("--format <FORM>", "of the rows").choices(FORMATS).default("examples"))
      .option("--scores", "scores in the rows of the other forms", false)
      .option("--query-prompt <TEXT>", "put before each query when it is encoded")
      .option("--passage-prompt <TEXT>", "put before each passage when it is encoded")
      .option(
        "--rescore <MODEL|FILE>",
        "scores that count instead: a cross-encoder's, a second model's cosines, or .jsonl rows {query, passage, score}",
      )
      .option("--report <FILE>", "the likeliest false negatives as a page, worst first; .html");
  });
}

/** Adds the options that only `--by threshold` takes. */
function addThresholdOptions(command: Command): Option[] {
  return added(command, () => {
    command
      .optionsGroup("By threshold:")
      .option("--preset <NAME>", "the paper's thresholds for a set, such as ada-b.cari")
      .option("--positive-distance <X>", "a positive is at most this far away", numberFromZero)
      .option("--negative-distance <X>", "a negative is further away than this", numberFromZero)
      .option("--raw", "compare the vectors as they are (default: at length 1, or as the preset says)")
      .option("--positives <N>", "of a text at most, or all (default: 5, or the preset's)", cap)
      .option("--negatives <N>", "of a text at most, or all (default: 5, or the preset's)", cap);
  });
}

function added(command: Command, add: () => void): Option[] {
  const before = command.options.length;
  add();
  return command.options.slice(before);
}

/** Ends with a usage error where an option would have no effect. */
function checkMix(command: Command, only: { rank: Option[]; threshold: Option[] }, source: string | undefined): void {
  const { by, list, report, rescore, memory, output }: Partial<MineCommandOptions> = command.opts();
  const given = (option: Option): boolean => command.getOptionValueSource(option.attributeName()) === "cli";
  const fail = (words: string): void => command.error(`error: ${words}`, { exitCode: 2 });
  const other = by === "rank" ? "threshold" : "rank";
  const idle = only[other].find(given);
  if (idle) fail(`${idle.long} goes with --by ${other}`);
  if (by === "threshold" && list === "candidates") fail("--list candidates goes with --by rank");
  if (list !== undefined && (report ?? rescore) !== undefined) fail("--list goes without --report and --rescore");
  if (memory !== undefined && list === "candidates") fail("--memory goes without --list candidates");
  if (memory !== undefined && output === "-") fail("--memory keeps its parts beside the output: name a file");
  if (source === undefined && list !== "texts") fail("MODEL or VECTORS.npy must be given");
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

function cap(text: string): number {
  return text === "all" ? Number.POSITIVE_INFINITY : wholeNumber(text);
}
