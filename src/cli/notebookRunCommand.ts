import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import type { CellDifference } from "../kernel/notebook/compareNotebooks.ts";
import type { Notebook } from "../kernel/notebook/notebook.ts";
import type { CellReport, RunReport } from "../kernel/notebook/runReport.ts";
import { numberFromZero } from "./numberFromZero.ts";
import { type ParameterValues, parameterOptions, readParameters } from "./parameterOptions.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

interface Options extends ParameterValues {
  kernel?: string;
  cwd?: string;
  cellTimeout?: number;
  timeout?: number;
  startTimeout: number;
  allowErrors: boolean;
  check: boolean;
  tolerance: number;
  absolute: number;
  normalize: boolean;
  png: boolean;
  slim: boolean;
  json: boolean;
}

/** `sulam notebook run`: runs a notebook from top to bottom, as papermill does. */
export function notebookRunCommand(notebook: Command, terminal: Terminal): void {
  const command = notebook
    .command("run")
    .description("run a notebook, with parameters if given, and store what it says")
    .argument("IN", "the notebook")
    .argument("[OUT]", "where to write it with its outputs (default: IN itself; with --check nowhere)");
  parameterOptions(command)
    .option("--kernel <NAME>", "a kernel that Jupyter knows (default: this package's own)")
    .option("--cwd <DIR>", "folder to run in (default: the notebook's)")
    .option("--cell-timeout <S>", "seconds for one cell (default: no limit)", numberFromZero)
    .option("--timeout <S>", "seconds for all cells (default: no limit)", numberFromZero)
    .option("--start-timeout <S>", "seconds for the kernel to answer", numberFromZero, 60)
    .option("--allow-errors", "go on after a cell that fails, and exit 0", false)
    .option("--check", "compare the outputs with those stored in IN; exit 1 when they differ", false)
    .option("--tolerance <X>", "numbers may differ by this part of the larger one", numberFromZero, 1e-9)
    .option("--absolute <X>", "numbers may also differ by this much, however small they are", numberFromZero, 0)
    .option("--normalize", "with --check: take all times, durations and absolute paths for equal", false)
    .option("--png", "give plotly figures a picture too, for PDF and GitHub; takes a browser (SULAM_CHROME)", false)
    .option("--slim", "write OUT for git: without times, and without the HTML (2 MB) of plotly figures", false)
    .option("--json", "print one object: how each cell and the whole went", false)
    .addHelpText("after", "\nExample:\n  npx sulam notebook run IN.ipynb OUT.ipynb -p k 5")
    .action(async (input: string, output: string | undefined, options: Options) => {
      const parameters = await readParameters(options);
      if (output === undefined && !options.check && Object.keys(parameters).length > 0)
        command.error("error: with parameters give OUT, as they are written into it (or name IN twice)");
      await run({ input, output: output ?? (options.check ? undefined : input), parameters, options }, terminal);
    });
}

interface Job {
  input: string;
  output: string | undefined;
  parameters: Record<string, unknown>;
  options: Options;
}

async function run({ input, output, parameters, options }: Job, { ...terminal }: Terminal): Promise<void> {
  const { checkFolder, readNotebook, writeNotebook } = await import("../kernel/notebook/notebookFile.ts");
  const { runNotebook } = await import("../kernel/notebook/runNotebook.ts");
  const { isOurLanguage } = await import("../kernel/notebook/language.ts");
  const { slimNotebook } = await import("../kernel/notebook/slimNotebook.ts");
  const { startKernel } = await import("../kernel/client/startKernel.ts");
  const { needOutputs } = await import("../kernel/notebook/needOutputs.ts");
  const stored = readNotebook(input);
  if (output !== undefined) checkFolder(output);
  if (options.check) needOutputs(stored, input);
  if (options.cwd !== undefined && !statSync(options.cwd, { throwIfNoEntry: false })?.isDirectory())
    throw new InputError("--cwd", `${options.cwd} is no folder`, "Name the folder that the cells shall run in.");
  const command = await chooseKernel(input, stored, options.kernel);
  if (Object.keys(parameters).length > 0 && !isOurLanguage(command.language)) {
    const problem = `parameters are written in TypeScript, and the kernel ${command.name} speaks ${command.language}`;
    throw new InputError(input, problem, "Run it with papermill.");
  }
  const written = (): Notebook => (options.slim ? slimNotebook(notebook) : notebook);
  const notebook = structuredClone(await withParameters(input, stored, parameters, terminal));
  const { runNumbers } = await import("../kernel/notebook/runNumbers.ts");
  const total = runNumbers(notebook).size;
  const ms = (seconds: number | undefined): number => (seconds ?? Infinity) * 1000;
  const report = await untilSignal(terminal, (signal) =>
    runNotebook(notebook, {
      names: { inputPath: input, outputPath: output ?? "", parameters, version: "sulam" },
      start: (listeners) => {
        const start = { cwd: options.cwd ?? dirname(resolve(input)), startTimeoutMs: ms(options.startTimeout) };
        const env = options.png ? { ...command.env, SULAM_PNG: "1" } : command.env;
        return startKernel({ ...command, env }, { ...listeners, ...start });
      },
      cellTimeoutMs: ms(options.cellTimeout),
      timeoutMs: ms(options.timeout),
      allowErrors: options.allowErrors,
      signal,
      save: output === undefined ? undefined : () => writeNotebook(output, written()),
      onCellStart: (cell, number) =>
        terminal.progress("cell")({ done: number - 1, total, note: firstLine(cell.source) }),
      onCellEnd: (cell) => tellCell(cell, { notebook, total }, terminal),
    }),
  );
  const { tolerance, absolute, normalize } = options;
  const rules = { tolerance, absolute, normalize };
  const { compareNotebooks } = await import("../kernel/notebook/compareNotebooks.ts");
  const differences = options.check && report.status === "ok" ? compareNotebooks(stored, notebook, rules, input) : [];
  if (options.json) await terminal.data(toJson({ input, output: output ?? null, ...report, differences }));
  else for (const difference of differences) await terminal.data(describe(difference));
  conclude(report, differences, terminal);
}

/** @throws {InputError} no such kernel, or the notebook is in a language that the default one does not speak */
async function chooseKernel(
  input: string,
  stored: Notebook,
  name: string | undefined,
): Promise<import("../kernel/client/kernelCommand.ts").KernelCommand> {
  if (name !== undefined) return (await import("../kernel/client/findKernel.ts")).findKernel(name);
  const { isOurLanguage, notebookLanguage } = await import("../kernel/notebook/language.ts");
  const language = notebookLanguage(stored);
  const spec = stored.metadata.kernelspec as { name?: unknown } | undefined;
  if (!isOurLanguage(language))
    throw new InputError(input, `is a ${language} notebook`, `Name its kernel: --kernel ${spec?.name ?? "NAME"}`);
  return (await import("../kernel/client/kernelCommand.ts")).ownKernel();
}

async function withParameters(
  who: string,
  notebook: Notebook,
  parameters: Record<string, unknown>,
  terminal: Terminal,
): Promise<Notebook> {
  if (Object.keys(parameters).length === 0) return notebook;
  const { injectParameters } = await import("../kernel/notebook/injectParameters.ts");
  const { nearest } = await import("../config/nearest.ts");
  return injectParameters(notebook, parameters, { who, nearest, warn: (line) => terminal.words(`warning: ${line}`) });
}

const stops = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Gives `work` a signal that Ctrl-C aborts, or a terminal that closes; a second Ctrl-C ends the process, and with it
 * the kernel. Without a handler the process would end at once, and leave the kernel's connection file with its key.
 */
async function untilSignal<R>(terminal: Terminal, work: (signal: AbortSignal) => Promise<R>): Promise<R> {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    // to write to a terminal that is gone fails, and would end the process before the notebook is written
    if (name === "SIGHUP" && process.stderr.isTTY) terminal.words = () => {};
    // a closing terminal hangs up twice: the system tells its programs, and the shell tells them again
    if (controller.signal.aborted && name === "SIGHUP") return;
    if (controller.signal.aborted) process.exit(130);
    terminal.words("Interrupting the cell; the notebook is written. Ctrl-C again stops at once.");
    controller.abort();
  };
  for (const name of stops) process.on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of stops) process.off(name, stop);
  }
}

function firstLine(source: string): string {
  const lines = source.split("\n").map((line) => line.trim());
  const line = lines.find((text) => text !== "" && !text.startsWith("//")) ?? lines[0];
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

interface Told {
  notebook: Notebook;
  /** How many cells run. */
  total: number;
}

function tellCell(report: CellReport, { notebook, total }: Told, terminal: Terminal): void {
  const { number, id, status, seconds, error, isAllowed } = report;
  const word = status === "ok" ? "" : isAllowed ? `  ${status}, as allowed` : `  ${status}`;
  const line = firstLine(notebook.cells.find((cell) => cell.id === id)?.source ?? "");
  terminal.words(`cell ${number}/${total}  ${seconds.toFixed(2)} s${word}  ${line}`);
  if (status !== "ok" && !isAllowed && error) terminal.words(error.traceback.join("\n"));
}

function describe({ number, differences }: CellDifference): string {
  const lines = (sign: string, text: string): string[] => {
    const all = text.trimEnd().split("\n");
    const shown = all.slice(0, 20).map((line) => `  ${sign} ${line}`);
    return all.length > 20 ? [...shown, `  ${sign} … ${all.length - 20} more lines`] : shown;
  };
  const each = differences.flatMap(({ what, stored, fresh }) => [
    `cell ${number}: ${what} differs`,
    ...lines("-", stored),
    ...lines("+", fresh),
  ]);
  return `${each.join("\n")}\n`;
}

function conclude(report: RunReport, differences: readonly CellDifference[], terminal: Terminal): void {
  const { status, reason, seconds, cells } = report;
  const time = `${cells.length} ${cells.length === 1 ? "cell" : "cells"} in ${seconds.toFixed(1)} s`;
  if (status !== "ok") terminal.words(`failed (${status}) after ${time}. ${reason}`);
  else if (differences.length > 0) terminal.words(`${differences.length} of ${time} differ from what is stored.`);
  else terminal.words(`ok: ${time}`);
  if (status === "interrupted") process.exitCode = 130;
  else if (status !== "ok" || differences.length > 0) process.exitCode = 1;
}
