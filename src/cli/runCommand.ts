import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import type { Experiment } from "../config/experiment.ts";
import type { LabResult } from "../lab/runExperiment.ts";
import { interruptible } from "./interruptible.ts";
import { readableTable } from "./readableTable.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

interface Options {
  set: string[];
  resume?: string;
  store?: string;
  json: boolean;
}

/** `sulam run`: an experiment file becomes a tracked run and its tables. */
export function runCommand(sulam: Command, terminal: Terminal): void {
  const command = sulam
    .command("run")
    .description("run an experiment: train, measure, track")
    .argument("[FILE]", "the experiment, a .yaml; - is standard input")
    .option("--set <KEY=VALUE>", "change one value of the experiment; may be repeated", collect, [])
    .option("--resume <RUN>", "go on with a run that was stopped or died, in place of FILE")
    .option("--store <DIR>", "folder of the store of runs (default: SULAM_STORE, else .sulam beside package.json)")
    .option("--json", 'print {"runId", "status", "tables"} in place of the tables', false)
    .addHelpText("after", "\nExample:\n  npx sulam run experiments/quickstart.yaml --set train.epochs=2")
    .action(async (file: string | undefined, { set, resume, store, json }: Options) => {
      if ((file === undefined) === (resume === undefined)) command.error("error: give FILE or --resume RUN");
      if (resume !== undefined && set.length > 0)
        command.error("error: --resume goes on with the run's own settings; drop --set, or run FILE anew");
      const given = file === undefined ? await resumed(resume as string, store) : await written(file, set);
      const { runExperiment } = await import("../lab/runExperiment.ts");
      const say = (line: string): void => terminal.words(line);
      const progress = (label: string): OnProgress => terminal.progress(label);
      let begun: string | undefined;
      const began = (runId: string): void => {
        begun = runId;
      };
      const result = await interruptible(terminal, (signal) =>
        runExperiment(given.experiment, { storeDir: store, resume: given.runId, signal, began, say, progress }),
      ).catch(async (error) => {
        if (json && begun !== undefined) await terminal.data(toJson({ runId: begun, status: "FAILED", tables: {} }));
        throw error;
      });
      const { runId, status, tables, finding } = result;
      if (json) await terminal.data(toJson({ runId, status, tables }));
      else if (tables.recall) await terminal.data(await onScreen(tables));
      terminal.words(finding);
    });
}

interface Given {
  experiment: Experiment;
  runId?: string;
}

async function written(file: string, overrides: string[]): Promise<Given> {
  const text = await readExperimentFile(file);
  const { parseExperiment } = await import("../config/parseExperiment.ts");
  return { experiment: parseExperiment(text, { who: file, overrides }) };
}

async function resumed(id: string, store: string | undefined): Promise<Given> {
  const { experimentOfRun } = await import("../lab/experimentOfRun.ts");
  return experimentOfRun(id, store);
}

/** What a reader looks at first; the store has the rest. */
async function onScreen({ recall, rag }: LabResult["tables"]): Promise<string> {
  const shown = [recall, rag].filter((table) => table !== undefined);
  return (await Promise.all(shown.map(readableTable))).join("\n");
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

async function readExperimentFile(file: string): Promise<string> {
  try {
    return await readFile(file === "-" ? "/dev/stdin" : file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EISDIR") throw new InputError(file, "is a folder", "Name a .yaml file.");
    if (code !== "ENOENT") throw error;
    const { nearestFile } = await import("./nearestFile.ts");
    const near = await nearestFile(file, /\.ya?ml$/);
    throw new InputError(
      file,
      "no such file",
      near ? `Did you mean ${near}?` : "`npx sulam init` writes one to start from.",
    );
  }
}
