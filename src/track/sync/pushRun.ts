import { sha256 } from "../../base/hash.ts";
import type { ArtifactRecord } from "../artifacts.ts";
import { type DatasetInput, inputTags } from "../inputs.ts";
import { PARENT_TAG, type RunRecord } from "../runRecord.ts";
import type { RunRow } from "../runRow.ts";
import type { Store } from "../store.ts";
import { ERROR_TAG } from "../writers.ts";
import type { MlflowServer } from "./mlflowServer.ts";
import { pushFiles } from "./pushFiles.ts";
import { pushPairs } from "./pushPairs.ts";
import { pushPoints } from "./pushPoints.ts";
import { remoteRun } from "./remoteRun.ts";
import { ServerError } from "./serverError.ts";
import type { SyncedRun, SyncState } from "./syncState.ts";
import { ORIGIN_TAG, type RemotePair, type RemoteRun } from "./wire.ts";

const CRASHED_TAG = "sulam.crashed";

/** What a push works with. */
export interface PushParts {
  store: Store;
  server: MlflowServer;
  state: SyncState;
}

/** What was sent of a run. */
export interface Pushed {
  created: boolean;
  params: number;
  tags: number;
  points: number;
  files: number;
  /**
   * What the server refuses, with its reason, and is tried again each time: params and tags (another version of MLflow
   * takes shorter ones, say), and files of a run whose artifacts lie where only the server's own clients write.
   */
  refused: string[];
  /** Files that cannot be sent, and why. */
  filesLeft: { count: number; why: string } | undefined;
}

/**
 * Makes a run on the server equal to the one here: what is missing there is sent, nothing twice. Killed at any point, it
 * goes on where it was.
 *
 * @param remoteParent the parent's id on the server, where the run has one that was sent
 * @returns undefined when nothing has changed since both sides were equal
 * @throws {ServerError}
 */
export async function pushRun(
  { store, server, state }: PushParts,
  row: RunRow,
  remoteParent: string | undefined,
): Promise<Pushed | undefined> {
  const run = store.run(row.run_id);
  const inputs = store.inputs(row.run_id);
  const files = store.artifacts(row.run_id);
  const last = lastSeq(store, row);
  const digest = digestOf({ run, inputs, files, last, remoteParent });
  const known = state.find(row.run);
  if (known?.digest === digest) return undefined;
  const { link, remote, created } = await counterpart({ store, server, state }, row, { run, known });
  // it came from there, maybe by another address
  if (link.remoteId === row.run_id) return undefined;
  state.settle(row.run, "");
  const runId = link.remoteId;
  const wanted = {
    ...run.tags,
    // one that came from a third place has that place's
    [ORIGIN_TAG]: run.runId,
    ...(remoteParent !== undefined && { [PARENT_TAG]: remoteParent }),
    ...(run.status === "CRASHED" && { [CRASHED_TAG]: "true" }),
  };
  const params = missing(run.params, remote.data?.params);
  const tags = missing(wanted, remote.data?.tags);
  const noParams = await pushPairs(server, runId, "params", params);
  const noTags = await pushPairs(server, runId, "tags", tags);
  // a run that crashed and was taken up again
  for (const { key } of remote.data?.tags ?? [])
    if ((key === CRASHED_TAG || key === ERROR_TAG) && !(key in wanted)) await deleteTag(server, runId, key);
  const points = await pushPoints({ store, server, state }, row, link);
  if (inputs.length > 0) await server.post("runs/log-inputs", { run_id: runId, datasets: inputs.map(datasetOf) });
  const sent = await pushFiles({ store, server, state }, row, { files, artifactUri: remote.info.artifact_uri });
  await pushEnd(server, run, remote);
  const refused = [...noParams, ...noTags, ...sent.refused];
  // what was refused is tried and told again
  if (refused.length === 0) state.settle(row.run, digest);
  const counts = { params: params.length - noParams.length, tags: tags.length - noTags.length, points };
  return { created, ...counts, ...sent, refused };
}

/** The run on the server: the one that is known, or that says it came from here, or a new one. */
async function counterpart(
  { server, state }: PushParts,
  row: RunRow,
  { run, known }: { run: RunRecord; known: SyncedRun | undefined },
): Promise<{ link: SyncedRun; remote: RemoteRun; created: boolean }> {
  if (known !== undefined) {
    const remote = await remoteRun(server, known.remoteId);
    if (remote !== undefined) return { link: known, remote, created: false };
  }
  const linked = async (remote: RemoteRun, created: boolean): ReturnType<typeof counterpart> => {
    const { run_id } = remote.info;
    const link = state.link(row.run, run_id, known?.remoteId);
    if (link.remoteId === run_id) return { link, remote, created };
    // another push made it at the same time, and was faster
    if (created) await server.post("runs/delete", { run_id });
    return { link, remote: (await remoteRun(server, link.remoteId))!, created: false };
  };
  const itself = await remoteRun(server, run.runId);
  if (itself !== undefined) return linked(itself, false);
  const experimentId = await experimentOf(server, run.experiment);
  const there = await findSent(server, experimentId, run.runId);
  if (there !== undefined) return linked(there, false);
  const tags = [
    { key: ORIGIN_TAG, value: run.runId },
    { key: "mlflow.runName", value: run.name },
  ];
  const { startTime: start_time, name: run_name } = run;
  const asked = { experiment_id: experimentId, start_time, run_name, user_id: row.user_id || undefined, tags };
  const made = await server.post("runs/create", asked, async () => {
    const left = await findSent(server, experimentId, run.runId);
    return left && { run: left };
  });
  return linked((made as unknown as { run: RemoteRun }).run, true);
}

/** The run that an earlier push made there, of whose making we know nothing: it was killed, or the answer was lost. */
async function findSent(server: MlflowServer, experimentId: string, runId: string): Promise<RemoteRun | undefined> {
  const filter = `tags.\`${ORIGIN_TAG}\` = '${runId}'`;
  const { runs = [] } = (await server.post("runs/search", { experiment_ids: [experimentId], filter })) as {
    runs?: RemoteRun[];
  };
  return runs[0];
}

/** The experiment of this name, made when there is none. Another client may make it at the same time. */
async function experimentOf(server: MlflowServer, name: string): Promise<string> {
  const byName = async (): Promise<string | undefined> => {
    try {
      const found = await server.get("experiments/get-by-name", { experiment_name: name });
      return (found as { experiment: { experiment_id: string } }).experiment.experiment_id;
    } catch (error) {
      if (error instanceof ServerError && error.code === "RESOURCE_DOES_NOT_EXIST") return undefined;
      throw error;
    }
  };
  const there = await byName();
  if (there !== undefined) return there;
  try {
    return ((await server.post("experiments/create", { name })) as { experiment_id: string }).experiment_id;
  } catch (error) {
    const made = error instanceof ServerError && error.code === "RESOURCE_ALREADY_EXISTS" ? await byName() : undefined;
    if (made === undefined) throw error;
    return made;
  }
}

async function pushEnd(server: MlflowServer, run: RunRecord, { info }: RemoteRun): Promise<void> {
  const status = run.status === "CRASHED" ? "FAILED" : run.status;
  const isSame = info.status === status && Number(info.end_time ?? 0) === (run.endTime ?? 0);
  if (isSame) return;
  const end = run.endTime === null ? {} : { end_time: run.endTime };
  await server.post("runs/update", { run_id: info.run_id, status, ...end });
}

async function deleteTag(server: MlflowServer, runId: string, key: string): Promise<void> {
  try {
    await server.post("runs/delete-tag", { run_id: runId, key });
  } catch (error) {
    // the answer to an earlier try was lost
    if (!(error instanceof ServerError) || error.code !== "RESOURCE_DOES_NOT_EXIST") throw error;
  }
}

function missing(wanted: Readonly<Record<string, string>>, there: readonly RemotePair[] = []): RemotePair[] {
  const known = new Map(there.map(({ key, value }) => [key, value]));
  return Object.entries(wanted).flatMap(([key, value]) => (known.get(key) === value ? [] : [{ key, value }]));
}

function datasetOf(input: DatasetInput): object {
  const { name, digest, source, sourceType = "local", schema, profile } = input;
  const tags = Object.entries(inputTags(input)).map(([key, value]) => ({ key, value }));
  return { dataset: { name, digest, source, source_type: sourceType, schema, profile }, tags };
}

function lastSeq(store: Store, { run }: RunRow): number {
  return (
    store.parts.db.get<{ last: number | null }>("SELECT max(seq) AS last FROM metrics WHERE run = ?", run)?.last ?? 0
  );
}

interface Whole {
  run: RunRecord;
  inputs: DatasetInput[];
  files: ArtifactRecord[];
  last: number;
  remoteParent: string | undefined;
}

function digestOf({ run, inputs, files, last, remoteParent }: Whole): string {
  const { params, tags, status, endTime } = run;
  const listed = files.map(({ path, sha256: hash }) => [path, hash]);
  return sha256(JSON.stringify([params, tags, status, endTime, inputs, listed, last, remoteParent ?? ""]));
}
