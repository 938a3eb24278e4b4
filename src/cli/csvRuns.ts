import { mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { csvRecords } from "../data/csvRecords.ts";
import { exportPointsCsv, exportRunsCsv } from "../track/csv/exportCsv.ts";
import type { CsvFile } from "../track/csv/importCsv.ts";
import type { Store } from "../track/store.ts";
import { openOutput } from "./openOutput.ts";
import type { Terminal } from "./terminal.ts";

const RUNS = "runs.csv";
const POINTS = "metrics.csv";

/**
 * Writes a table of runs to a file or standard output; into a folder (one that is there, or `NAME/`) `runs.csv` and
 * `metrics.csv` with every point.
 */
export async function exportCsv(store: Store, ids: readonly string[], path: string, terminal: Terminal): Promise<void> {
  if (!isFolder(path) && !path.endsWith("/")) return write(path, exportRunsCsv(store, ids), terminal);
  mkdirSync(path, { recursive: true });
  await write(join(path, RUNS), exportRunsCsv(store, ids), terminal);
  await write(join(path, POINTS), exportPointsCsv(store, ids), terminal);
  terminal.words(`${join(path, RUNS)} and ${join(path, POINTS)} are written.`);
}

/** The CSV files that a path stands for: itself, or those in a folder that `exportCsv` filled; none for other paths. */
export function csvFiles(path: string): string[] {
  if (/\.csv(\.gz)?$/i.test(path) && !isFolder(path)) return [path];
  if (!isFolder(path)) return [];
  const inside = readdirSync(path);
  return [RUNS, POINTS].filter((name) => inside.includes(name)).map((name) => join(path, name));
}

/** @throws {InputError} when one of them is no CSV */
export function readCsvFiles(paths: readonly string[]): Promise<CsvFile[]> {
  return Promise.all(
    paths.map(async (path) => ({ name: paths.length > 1 ? basename(path) : path, records: await csvRecords(path) })),
  );
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

async function write(path: string, lines: Iterable<string>, terminal: Terminal): Promise<void> {
  const output = await openOutput(path, terminal);
  try {
    for (const line of lines) await output.write(line);
    await output.finish();
  } catch (error) {
    await output.abandon();
    throw error;
  }
}
