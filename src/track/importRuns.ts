import { InputError } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";
import type { JsonLine } from "../base/jsonl.ts";
import { checkExportLine } from "./checkExportLine.ts";
import type { ExportLine } from "./exportRun.ts";
import type { Batch, MetricPoint } from "./logBatch.ts";
import type { Store } from "./store.ts";
import { TrackError } from "./trackError.ts";

/** A line whose fields have the right types, and its number. */
interface Checked {
  line: number;
  value: ExportLine;
}

/**
 * Brings exported runs into a store, each whole or not at all. A run that is there already is refused. One that went on
 * when it was exported is CRASHED here: no process will ever end it.
 *
 * @param lines what `readJsonl` gives; several exports may stand one after the other
 * @param name  what errors call the file
 * @returns the ids of the runs
 * @throws {InputError} with file and line when a line is not of an export, or a text does not fit its sha256
 * @throws {TrackError} RESOURCE_ALREADY_EXISTS
 */
export async function importRuns(store: Store, lines: AsyncIterable<JsonLine>, name: string): Promise<string[]> {
  const ids: string[] = [];
  let run: Checked[] = [];
  const finish = (): void => {
    if (run.length > 0) ids.push(store.atomically(() => importRun(store, run, name)));
    run = [];
  };
  for await (const { line, value } of lines) {
    const checked = { line, value: checkExportLine(value, `${name}:${line}`) };
    if (checked.value.type === "run") finish();
    else if (run.length === 0)
      throw new InputError(`${name}:${line}`, "an export begins with a line of type `run`", "Use a whole export.");
    run.push(checked);
  }
  finish();
  return ids;
}

function importRun(store: Store, lines: readonly Checked[], name: string): string {
  const head = lines[0].value as ExportLine & { type: "run" };
  const { runId, startTime } = head;
  const status = head.status === "RUNNING" ? "CRASHED" : head.status;
  if (store.runs({ ids: [runId] }).length + store.runs({ ids: [runId], deleted: true }).length > 0)
    throw new TrackError("RESOURCE_ALREADY_EXISTS", name, `run ${runId} is in the store`, "Import it elsewhere.");
  const { experimentId } = store.experiments.open(head.experiment);
  store.createRun({ runId, experimentId, name: head.name, startTime });
  const params: [string, string][] = [];
  const tags: [string, string][] = [];
  const metrics: MetricPoint[] = [];
  for (const { line, value } of lines.slice(1)) {
    if (value.type === "param") params.push([value.key, value.value]);
    else if (value.type === "tag") tags.push([value.key, value.value]);
    else if (value.type === "metric") metrics.push({ ...value, value: Number(value.value) });
    else if (value.type === "dataset") store.logInputs(runId, [value]);
    else if (value.type === "artifact") importArtifact(store, runId, value, `${name}:${line}`);
  }
  const batch: Batch = { metrics, params: Object.fromEntries(params), tags: Object.fromEntries(tags) };
  store.log(runId, batch);
  // a crashed run ended when it was last heard of
  const last = metrics.reduce((latest, { timestamp }) => Math.max(latest, timestamp), startTime);
  const endTime = head.endTime ?? (status === "CRASHED" ? last : undefined);
  store.updateRun(runId, { status, endTime });
  return runId;
}

function importArtifact(store: Store, runId: string, line: ExportLine & { type: "artifact" }, who: string): void {
  const { text, path, size, sha256: hash, created } = line;
  if (text !== undefined) {
    if (sha256(text) !== hash)
      throw new InputError(who, `the text of \`${path}\` does not fit its sha256`, "Export the run again.");
    store.putArtifact(runId, path, Buffer.from(text));
  }
  store.noteArtifact(runId, { path, size, sha256: hash, created });
}
