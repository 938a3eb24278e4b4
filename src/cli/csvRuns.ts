import { closeSync, mkdirSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { csvRecords } from "../data/csvRecords.ts";
import { exportPointsCsv, exportRunsCsv } from "../track/csv/exportCsv.ts";
import { type CsvTables, isOfPoints, readRunTables } from "../track/csv/readRunTables.ts";
import type { Store } from "../track/store.ts";
import { openOutput } from "./openOutput.ts";
import type { Terminal } from "./terminal.ts";

const RUNS = "runs.csv";
const POINTS = "metrics.csv";

/** Characters that are written at once: a write a line costs more than making the line. */
const CHUNK = 64 * 1024;

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

/**
 * The CSV files that a path stands for: itself, or those in a folder that `exportCsv` filled; none for other paths. A
 * `metrics.csv` alone may be another's: Lightning's CSVLogger writes one beside TensorBoard's logs.
 */
export function csvFiles(path: string): string[] {
  if (/\.csv(\.gz)?$/i.test(path) && !isFolder(path)) return [path];
  if (!isFolder(path)) return [];
  const inside = readdirSync(path);
  const [runs, points] = [join(path, RUNS), join(path, POINTS)];
  if (inside.includes(RUNS)) return inside.includes(POINTS) ? [runs, points] : [runs];
  return inside.includes(POINTS) && isOfPoints(firstLine(points).split(",")) ? [points] : [];
}

/** @throws {InputError} when one of them is no table of runs or points */
export function readCsvFiles(paths: readonly string[]): Promise<CsvTables> {
  return readRunTables(
    paths.map((path) => ({ name: paths.length > 1 ? basename(path) : path, records: csvRecords(path) })),
  );
}

/** As far as a line of column names goes, without a mark of byte order and quotes. */
function firstLine(path: string): string {
  const bytes = Buffer.alloc(256);
  const file = openSync(path, "r");
  try {
    const text = bytes.toString("utf8", 0, readSync(file, bytes));
    return text
      .replace(/^\ufeff/, "")
      .split(/\r?\n/)[0]
      .replaceAll('"', "");
  } finally {
    closeSync(file);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

async function write(path: string, lines: Iterable<string>, terminal: Terminal): Promise<void> {
  const output = await openOutput(path, terminal);
  try {
    let chunk = "";
    for (const line of lines) {
      chunk += line;
      if (chunk.length < CHUNK) continue;
      await output.write(chunk);
      chunk = "";
    }
    if (chunk) await output.write(chunk);
    await output.finish();
  } catch (error) {
    await output.abandon();
    throw error;
  }
}
