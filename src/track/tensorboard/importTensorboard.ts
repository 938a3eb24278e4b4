import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { InputError } from "../../base/errors.ts";
import type { MetricPoint } from "../logBatch.ts";
import type { Store } from "../store.ts";
import { TrackError } from "../trackError.ts";
import { decodeScalars } from "./events.ts";
import { isEventFile } from "./isEventFile.ts";
import { readRecords } from "./records.ts";

/**
 * Brings TensorBoard's logs into a store: each folder with event files is a run, named by its path below `path`, with
 * every scalar; images, texts and histograms are passed over. A run's id follows from what its files hold, so the same
 * logs are refused the second time.
 *
 * @param path an event file, or a folder with some in it or below it
 * @returns the ids of the runs
 * @throws {InputError} no event file there, or a damaged one
 * @throws {TrackError} RESOURCE_ALREADY_EXISTS
 */
export function importTensorboard(store: Store, path: string, experiment = "TensorBoard"): string[] {
  const files = eventFiles(path);
  if (files.length === 0)
    throw new InputError(path, "has no TensorBoard event file (`events.out.tfevents.*`)", "Name a log folder.");
  const folders = [...new Set(files.map((file) => dirname(file)))];
  return folders.map((folder) => {
    const own = files.filter((file) => dirname(file) === folder);
    const name = relative(statSync(path).isDirectory() ? path : dirname(path), folder) || basename(folder);
    return store.atomically(() => importFolder(store, own, { name, experiment }));
  });
}

function eventFiles(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new InputError(path, "no such file or folder", "Check the path.");
  if (!stat.isDirectory()) return [path];
  const names = readdirSync(path, { recursive: true, encoding: "utf8" });
  return names
    .filter(isEventFile)
    .map((name) => join(path, name))
    .sort();
}

function importFolder(
  store: Store,
  files: readonly string[],
  { name, experiment }: { name: string; experiment: string },
): string {
  const hash = createHash("sha256");
  const metrics: MetricPoint[] = [];
  for (const file of files) {
    const bytes = readFileSync(file);
    hash.update(bytes);
    for (const record of readRecords(bytes, file))
      for (const { wallTime, step, tag, value } of decodeScalars(record))
        metrics.push({ key: keyOf(tag), value, step, timestamp: Math.round(wallTime * 1000) });
  }
  const runId = hash.digest("hex").slice(0, 32);
  if (store.runs({ ids: [runId] }).length + store.runs({ ids: [runId], deleted: true }).length > 0)
    throw new TrackError("RESOURCE_ALREADY_EXISTS", name, `run ${runId} is in the store`, "These logs are here.");
  const times = metrics.map(({ timestamp }) => timestamp);
  const [first, last] = [times.reduce((a, b) => Math.min(a, b), Infinity), times.reduce((a, b) => Math.max(a, b), 0)];
  const { experimentId } = store.experiments.open(experiment);
  store.createRun({ runId, experimentId, name, ...(Number.isFinite(first) && { startTime: first }) });
  store.log(runId, { metrics, tags: { "sulam.source": `TensorBoard, ${files.length} files` } });
  store.updateRun(runId, { status: "FINISHED", endTime: last || undefined });
  return runId;
}

/** A tag as a name that MLflow's rules allow. */
function keyOf(tag: string): string {
  const plain = tag
    .replace(/[^\p{L}\p{N}_/.\-: ]/gu, "_")
    .replace(/^[/.]+|\/+$/g, "")
    .replace(/\/{2,}/g, "/");
  return plain === "" ? "value" : plain.slice(0, 250);
}
