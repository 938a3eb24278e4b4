import { sha256 } from "../../base/hash.ts";
import type { OnProgress } from "../../base/progress.ts";
import type { DatasetInput } from "../inputs.ts";
import type { MetricPoint } from "../logBatch.ts";
import { type MlflowStatus, runRow } from "../runRow.ts";
import type { Store } from "../store.ts";
import { TrackError } from "../trackError.ts";
import { isOfRun } from "./isOfRun.ts";
import type { MlflowServer } from "./mlflowServer.ts";
import { pagesOf } from "./pagesOf.ts";
import { remoteHistory } from "./remoteHistory.ts";
import { SyncState } from "./syncState.ts";
import { fromWire, ORIGIN_TAG, type RemotePair, type RemoteRun } from "./wire.ts";

/** What a pull did. */
export interface PullReport {
  /** The server's address, without credentials. */
  server: string;
  /** Runs there, made here, changed here (made ones too), and those that had been sent from here. */
  runs: number;
  created: number;
  changed: number;
  own: number;
  points: number;
  files: number;
  /** What could not be brought, and why. */
  problems: { runId: string; problem: string }[];
}

/** Options of `pullRuns`. */
export interface PullOptions {
  /** Only runs of this experiment. Default: all. */
  experiment?: string;
  onProgress?: OnProgress;
}

interface Pulling {
  store: Store;
  server: MlflowServer;
  state: SyncState;
}

/**
 * Brings the runs of an MLflow server into a store, under their own ids, with every point and file; a run that was sent
 * from this store, or was deleted here, is passed over; one that cannot be kept is told, and the others go on. Doing it
 * again brings what is new.
 *
 * @throws {ServerError}
 */
export async function pullRuns(store: Store, server: MlflowServer, options: PullOptions = {}): Promise<PullReport> {
  const pulling = { store, server, state: new SyncState(store.parts.db, server.address) };
  const report: PullReport = {
    server: server.address,
    ...{ runs: 0, created: 0, changed: 0, own: 0, points: 0, files: 0, problems: [] },
  };
  for await (const { id, name } of experimentsOf(server, options.experiment)) {
    for await (const run of runsOf(server, id)) {
      report.runs += 1;
      options.onProgress?.({ done: report.runs - 1, total: report.runs, note: run.info.run_name ?? "" });
      const pulled = await pullRun(pulling, run, name).catch((error: unknown) => {
        if (!isOfRun(error)) throw error;
        report.problems.push({ runId: run.info.run_id, problem: error.message });
        return "same" as const;
      });
      if (pulled === "own") report.own += 1;
      if (typeof pulled === "string") continue;
      report.created += Number(pulled.created);
      report.changed += 1;
      report.points += pulled.points;
      report.files += pulled.files;
    }
  }
  return report;
}

async function pullRun(
  { store, server, state }: Pulling,
  remote: RemoteRun,
  experiment: string,
): Promise<"own" | "same" | { created: boolean; points: number; files: number }> {
  const { info, data = {} } = remote;
  const { db } = store.parts;
  if (!/^[0-9a-f]{32}$/.test(info.run_id))
    throw new TrackError("INVALID_PARAMETER_VALUE", "run", `its id is \`${info.run_id}\``, "It must be 32 hex digits.");
  const number = (runId: string): number | undefined =>
    db.get<{ run: number }>("SELECT run FROM runs WHERE run_id = ?", runId)?.run;
  const origin = data.tags?.find(({ key }) => key === ORIGIN_TAG)?.value;
  if (origin !== undefined && number(origin) !== undefined) return "own";
  const known = number(info.run_id);
  if (known !== undefined && runRow(db, info.run_id).lifecycle_stage === "deleted") return "same";
  const digest = sha256(JSON.stringify(remote));
  if (known !== undefined && info.status !== "RUNNING" && state.find(known)?.digest === digest) return "same";
  if (known === undefined) {
    const { experimentId } = store.experiments.open(experiment);
    const startTime = info.start_time === undefined ? undefined : Number(info.start_time);
    const { run_id: runId, run_name: name, user_id: userId } = info;
    store.createRun({ runId, experimentId, name, userId, startTime });
  }
  const run = number(info.run_id)!;
  if (state.find(run) === undefined) state.link(run, info.run_id);
  store.log(info.run_id, { params: asObject(data.params), tags: asObject(data.tags) });
  const count = (): number => db.get<{ n: number }>("SELECT count(*) AS n FROM metrics WHERE run = ?", run)!.n;
  const before = count();
  for (const { key } of data.metrics ?? []) await pullCurve({ store, server, state }, info.run_id, key);
  const points = count() - before;
  store.logInputs(info.run_id, inputsOf(remote));
  const files = await pullFiles({ store, server, state }, { runId: info.run_id, run }, "");
  const endTime = Number(info.end_time ?? 0) || undefined;
  store.updateRun(info.run_id, { status: info.status as MlflowStatus, endTime });
  state.settle(run, digest);
  return { created: known === undefined, points, files };
}

async function pullCurve({ store, server }: Pulling, runId: string, key: string): Promise<void> {
  for await (const page of remoteHistory(server, runId, key)) {
    const metrics = page.map(
      ({ value, step = 0, timestamp = 0 }): MetricPoint => ({
        key,
        value: fromWire(value),
        step: Number(step),
        timestamp: Number(timestamp),
      }),
    );
    store.log(runId, { metrics });
  }
}

async function pullFiles(
  pulling: Pulling,
  { runId, run }: { runId: string; run: number },
  folder: string,
): Promise<number> {
  const { store, server, state } = pulling;
  const { files = [] } = (await server.get("artifacts/list", { run_id: runId, ...(folder && { path: folder }) })) as {
    files?: { path: string; is_dir?: boolean; file_size?: number | string }[];
  };
  const row = runRow(store.parts.db, runId);
  const here = new Map(store.artifacts(runId, folder || undefined).map((record) => [record.path, record]));
  let pulled = 0;
  for (const { path, is_dir: isFolder, file_size: size = 0 } of files) {
    if (isFolder) {
      // a folder in itself would never end
      if (path === "" || !path.startsWith(folder && `${folder}/`)) continue;
      pulled += await pullFiles(pulling, { runId, run }, path);
      continue;
    }
    const there = here.get(path);
    if (there?.size === Number(size) && state.sentFile(run, path) === there.sha256) continue;
    const record = await server.file(runId, path, (pieces) => store.parts.artifacts.receive(row, path, pieces));
    state.noteFile(run, path, record.sha256);
    pulled += 1;
  }
  return pulled;
}

async function* experimentsOf(
  server: MlflowServer,
  only: string | undefined,
): AsyncGenerator<{ id: string; name: string }> {
  const pages = pagesOf<{ experiments?: { experiment_id: string; name: string }[] }>((next) =>
    server.post("experiments/search", { max_results: 1000, ...next }),
  );
  for await (const { experiments = [] } of pages)
    for (const { experiment_id: id, name } of experiments) if (only === undefined || only === name) yield { id, name };
}

async function* runsOf(server: MlflowServer, experimentId: string): AsyncGenerator<RemoteRun> {
  const asked = { experiment_ids: [experimentId], max_results: 200, order_by: ["attributes.start_time ASC"] };
  const pages = pagesOf<{ runs?: RemoteRun[] }>((next) => server.post("runs/search", { ...asked, ...next }));
  for await (const { runs = [] } of pages) yield* runs;
}

function inputsOf({ inputs }: RemoteRun): DatasetInput[] {
  return (inputs?.dataset_inputs ?? []).map(({ dataset, tags }) => ({
    name: dataset.name,
    digest: dataset.digest,
    source: dataset.source,
    sourceType: dataset.source_type,
    schema: dataset.schema || undefined,
    profile: dataset.profile || undefined,
    tags: asObject(tags),
  }));
}

function asObject(pairs: readonly RemotePair[] = []): Record<string, string> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}
