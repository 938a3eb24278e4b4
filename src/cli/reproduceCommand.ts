import { basename, resolve } from "node:path";
import { Argument, type Command, Option } from "commander";
import { InputError, SetupError } from "../base/errors.ts";
import type { Reproduction } from "../lab/reproduce/reproduction.ts";
import type { UsageReport } from "../remote/usage.ts";
import type { Encoder } from "../search/encoder.ts";
import { describeUsage } from "./describeUsage.ts";
import { addEndpointOptions, type EndpointOptions } from "./endpointOptions.ts";
import { formatTable } from "./formatTable.ts";
import { addLeakOptions, type LeakOptions } from "./leakOptions.ts";
import { addModelOptions, encoderOf, loadModel, type ModelOptions } from "./modelOptions.ts";
import { needOptions } from "./needOptions.ts";
import { openEncoder } from "./openEncoder.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

interface Options extends ModelOptions, LeakOptions, EndpointOptions {
  model: string[];
  service: string[];
  pool?: string;
  dataset?: string;
  format: "markdown" | "csv" | "latex" | "html";
  store?: string;
  json: boolean;
}

type Task = "similarity" | "rag";

/** The model that comes with set-up. */
const USUAL = "minilm";

/** `sulam reproduce`: the paper's tables, published, reproduced and corrected side by side. */
export function reproduceCommand(sulam: Command, terminal: Terminal): void {
  const command = sulam
    .command("reproduce")
    .description("the paper's tables: published, reproduced by its protocol, and by a sound one")
    .addArgument(new Argument("[TASK]", "without one, what there is to reproduce").choices(["similarity", "rag"]))
    .option("--model <DIR>", `a folder or name; may be repeated (default: ${USUAL})`, collect, [])
    .option("--service <NAME>", "a model of the API that --endpoint names; may be repeated", collect, [])
    .option("--pool <FILE>", "rows {query, pos: [], neg: []}, or {question, context} (default: malay-mini stands in)")
    .option("--dataset <NAME>", "the published pool that FILE is (default: the one that its name begins with)")
    .addOption(
      new Option("--format <NAME>", "of the tables").choices(["markdown", "csv", "latex", "html"]).default("markdown"),
    )
    .option("--store <DIR>", "folder of the store of runs (default: SULAM_STORE, else .sulam beside package.json)")
    .option(
      "--json",
      'print {"task", "runId", "pool", "rows", "measured", "tests", "notes"} in place of tables',
      false,
    );
  addEndpointOptions(addModelOptions(addLeakOptions(command)))
    .addHelpText("after", "\nExample:\n  npx sulam reproduce similarity --model models/tuned --json")
    .action(async (task: Task | undefined, options: Options) => {
      if (task === undefined) return listTables(options, command, terminal);
      if (options.service.length > 0) needOptions(command, "endpoint");
      const { models, missing, usages } = await loadModels(options, terminal);
      const { reproduce } = await import("../lab/reproduce/reproduce.ts");
      const { pool, dataset, store: storeDir, training, allowLeaks } = options;
      const onProgress = terminal.progress("encoding");
      const found = await reproduce({ task, models, pool, dataset, training, allowLeaks, storeDir, onProgress });
      const result: Reproduction = { ...found, notes: [...missing, ...found.notes] };
      for (const usage of usages) terminal.words(describeUsage(usage()));
      if (options.json) await terminal.data(toJson(result));
      else {
        const { renderReproduction } = await import("../lab/reproduce/renderReproduction.ts");
        await terminal.data(renderReproduction(result, options.format));
      }
      terminal.words(`Run ${result.runId.slice(0, 8)}. Next: npx sulam runs show ${result.runId.slice(0, 8)}`);
    });
}

async function listTables({ json }: Options, command: Command, terminal: Terminal): Promise<void> {
  const given = ["model", "service", "pool", "dataset", "training"].filter(
    (name) => command.getOptionValueSource(name) === "cli",
  );
  if (given.length > 0) command.error(`error: --${given[0]} needs TASK: similarity or rag`);
  const { paperTables } = await import("../lab/reproduce/paperTables.ts");
  const tables = await paperTables();
  if (json) return terminal.data(toJson({ tables }));
  await terminal.data(formatTable(tables));
  terminal.words("Next: npx sulam reproduce similarity, or rag; --help says how to name a model and a pool.");
}

/**
 * What is measured beside BM25. Without `--model` or `--service` it is the usual one, and where that is missing, nothing but
 * a note.
 */
async function loadModels(options: Options, terminal: Terminal) {
  const { model, service } = options;
  const models: Record<string, Encoder> = {};
  const missing: string[] = [];
  const usages: (() => UsageReport)[] = [];
  const add = (name: string, encoder: Encoder): void => {
    if (Object.hasOwn(models, name))
      throw new InputError("reproduce", `two models are called ${name}`, "Rename a folder: lines go by its name.");
    models[name] = encoder;
  };
  const isUsual = model.length === 0 && service.length === 0;
  for (const name of isUsual ? [USUAL] : model) {
    try {
      add(basename(resolve(name)), encoderOf(await loadModel(name, options, terminal), options));
    } catch (error) {
      if (!(error instanceof SetupError) || !isUsual) throw error;
      missing.push(`${name} is left out: ${error.message}`);
      terminal.words(`${name} is left out: ${error.message}`);
    }
  }
  for (const name of service) {
    const opened = await openEncoder(name, options, terminal);
    add(name, opened.encoder);
    if (opened.usage) usages.push(opened.usage);
  }
  return { models, missing, usages };
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
