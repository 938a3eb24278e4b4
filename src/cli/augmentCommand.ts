import { type Command, InvalidArgumentError, Option } from "commander";
import type { Generator } from "../augment/syntheticRow.ts";
import type { NoiseKind } from "../config/noiseKinds.ts";
import type { SplitName } from "../data/dataset.ts";
import type { Endpoint } from "../remote/endpoint.ts";
import { describeUsage } from "./describeUsage.ts";
import { addEndpointOptions, type EndpointOptions, openEndpoint } from "./endpointOptions.ts";
import { needOptions } from "./needOptions.ts";
import { numberFromZero } from "./numberFromZero.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { wholeNumber } from "./wholeNumber.ts";

interface Options extends EndpointOptions {
  with?: "noise" | "endpoint";
  output: string;
  fields?: string[];
  splits?: SplitName[];
  allTexts: boolean;
  seed: number;
  copies: number;
  strength: number;
  kinds?: NoiseKind[];
  dialect?: string;
  model?: string;
  prompt: string;
  temperature?: number;
  maxTokens: number;
  plainAnswers: boolean;
  json: boolean;
}

/** `sulam augment`: variants of training rows, by the noise model or by a chat model. */
export function augmentCommand(sulam: Command, terminal: Terminal): void {
  const command = sulam
    .command("augment")
    .description("make synthetic rows: Malay chat, dialects and typing errors, or what a chat model writes")
    .argument("DATA", "a dataset, or rows {query, positive} or {query, pos: [], neg: []}")
    .addOption(new Option("--with <GENERATOR>", "what makes the rows").choices(["noise", "endpoint"]))
    .option(
      "--output <FILE>",
      "rows {id, parent, variant, generator, seed, group, split, domain, query, pos, neg}, as .jsonl",
    )
    .option("--fields <NAMES>", "query fields of a dataset, with commas (default: all)", list)
    .option(
      "--splits <NAMES>",
      "splits whose rows are varied, with commas; a row without one counts as train (default: train)",
      splits,
    )
    .option("--all-texts", "vary passages too, beside the parent's own", false)
    .option("--seed <N>", "of the draws", numberFromZero, 0)
    .option("--json", "print the report as one object when done", false);
  const noise = command.createOption.bind(command);
  for (const option of [
    noise("--copies <N>", "noise: variants of each row").argParser(wholeNumber).default(1),
    noise("--strength <X>", "noise: share of the words that are changed, 0 to 1").argParser(share).default(0.3),
    noise(
      "--kinds <NAMES>",
      "noise: shortform,manglish,particle,dialect,reduplication,typing (default: all)",
    ).argParser(list),
    noise("--dialect <NAME>", "noise: one of datasets/malay-noise (default: one drawn for each text)"),
    noise("--model <NAME>", "endpoint: the chat model, as the API calls it"),
    noise("--prompt <FILE>", "endpoint: left-en-ms, manglish, or a file").default("left-en-ms"),
    noise("--temperature <X>", "endpoint: of the sampling (default: the API's)").argParser(numberFromZero),
    noise("--max-tokens <N>", "endpoint: most tokens of an answer").argParser(wholeNumber).default(1024),
    noise("--plain-answers", "endpoint: do not ask the API for a JSON object; some know no such option").default(false),
  ])
    command.addOption(option);
  addEndpointOptions(command)
    .addHelpText(
      "after",
      "\nInterrupted, the same command goes on where it stopped. Parents that failed stand in OUTPUT.failed.\n" +
        "\nExample:\n  npx sulam augment malay-mini --with noise --fields query --copies 2 --output noised.jsonl",
    )
    .action(async (data: string, options: Options) => {
      needOptions(command, "with", "output");
      if (options.with === "endpoint") needOptions(command, "endpoint", "model");
      const { readParents } = await import("../augment/readParents.ts");
      const source = await readParents(data, options);
      const endpoint = options.with === "endpoint" ? await openEndpoint(options.model as string, options) : undefined;
      const generator = endpoint ? await asked(endpoint, options) : await noised(options);
      const { augment } = await import("../augment/augment.ts");
      const { output } = options;
      const made = await augment(source, generator, { output, onProgress: terminal.progress("augmenting") });
      const usage = endpoint?.report();
      const parts = [`${made.parents} parents gave ${made.rows} rows`];
      if (made.resumed > 0) parts.push(`${made.resumed} were done before`);
      if (made.unchanged > 0) parts.push(`${made.unchanged} have no variant`);
      if (made.leftOut > 0) parts.push(`${made.leftOut} rows of other splits were left out (--splits)`);
      if (made.failed > 0) parts.push(`${made.failed} failed: see ${output}.failed`);
      terminal.words(`${parts.join("; ")}.`);
      if (usage) terminal.words(describeUsage(usage));
      if (options.json) await terminal.data(toJson({ ...made, output, ...(usage && { usage }) }));
    });
}

async function noised({ strength, kinds, dialect, seed, copies, allTexts }: Options): Promise<Generator> {
  const [{ loadNoiseTables }, { noiseGenerator }] = await Promise.all([
    import("../augment/loadNoiseTables.ts"),
    import("../augment/noiseGenerator.ts"),
  ]);
  return noiseGenerator(await loadNoiseTables(), { strength, kinds, dialect, seed, copies, allTexts });
}

async function asked(endpoint: Endpoint, options: Options): Promise<Generator> {
  const [{ readPrompt }, { endpointGenerator }] = await Promise.all([
    import("../augment/readPrompt.ts"),
    import("../augment/endpointGenerator.ts"),
  ]);
  const { seed, temperature, maxTokens, allTexts, plainAnswers } = options;
  const how = { seed, temperature, maxTokens, allTexts, jsonMode: !plainAnswers };
  return endpointGenerator(endpoint, await readPrompt(options.prompt), how);
}

function list(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}

function splits(text: string): string[] {
  const names = list(text);
  if (names.every((name) => ["train", "dev", "test"].includes(name))) return names;
  throw new InvalidArgumentError("It must be of train, dev and test, with commas.");
}

function share(text: string): number {
  const value = numberFromZero(text);
  if (value > 1) throw new InvalidArgumentError("It must be a number from 0 to 1.");
  return value;
}
