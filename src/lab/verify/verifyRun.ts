import { resolve } from "node:path";
import { InputError } from "../../base/errors.ts";
import type { Experiment } from "../../config/experiment.ts";
import { gitState } from "../../track/gitState.ts";
import { EXPERIMENT_FILE } from "../experimentOfRun.ts";
import { checkDataHere, type NamedData } from "./checkDataHere.ts";
import { checkRecording } from "./checkRecording.ts";
import { compareRecordings } from "./compareRecordings.ts";
import type { Difference } from "./difference.ts";
import { findRecording } from "./findRecording.ts";
import { machineDifferences } from "./machineDifferences.ts";
import { recordedEnvironment } from "./recordedEnvironment.ts";
import type { Recording } from "./recording.ts";
import { runAgain } from "./runAgain.ts";
import type { Verification } from "./verification.ts";
import { openWorktree, type Worktree } from "./worktree.ts";

/** What to verify, and how. */
export interface VerifyOptions {
  /** An exported file, an id in the store or in `experiments/runs`, or the beginning of one. */
  run: string;
  /** Folder of the store. Default: SULAM_STORE, else `.sulam` beside the nearest package.json. */
  storeDir?: string;
  /** Where to look for the checkout and the exported runs. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Greatest difference where the same bits are not promised. Default 0.02. */
  tolerance?: number;
  /** Run with the code of this checkout as it is, instead of the run's own commit. */
  here?: boolean;
  signal?: AbortSignal;
  /** Hears what is done, a line at a time. */
  say?: (line: string) => void;
}

const TOLERANCE = 0.02;

/**
 * Makes a run again from its own record (commit in a clean worktree, uncommitted changes that the record holds, resolved
 * settings, data by their hashes, seed) and compares every metric, the weights and the tables. A record that contradicts
 * itself, or data that were changed, are told at once. The worktree is removed however it ends, save by `kill -9`: then
 * the next call removes it.
 *
 * It runs code of the record's commit and of the changes in it: verify only records that you trust.
 *
 * @throws {InputError} an unknown or unfinished run, one without experiment or commit, a commit that is not here
 * @throws {Stopped} on an abort
 */
export async function verifyRun(options: VerifyOptions): Promise<Verification> {
  const { cwd, env, signal, say = () => {}, tolerance = TOLERANCE, here = false } = options;
  const record = await findRecording(options);
  const { runId } = record.head;
  const who = `run ${runId.slice(0, 8)}`;
  const named = namedData(record, who);
  const root = gitState(cwd)?.root;
  if (root === undefined) throw new InputError("verify", `${cwd} is in no git checkout`, "Go into the project's own.");
  const commit = record.tags["mlflow.source.git.commit"];
  if (commit === undefined && !here)
    throw new InputError(who, "does not say at which commit it was made", "Run it with the code of today: --here.");
  const base = { runId, tolerance };

  const folder = resolve(root, recordedEnvironment(record).cwd ?? ".");
  const data = await checkDataHere(record, named, { folder, root });
  const wrong = [...checkRecording(record), ...data.differences];
  const notes = [...data.notes];
  if (wrong.length > 0) {
    notes.push("It was not run again: its record or its data were changed since.");
    return { ...base, verdict: "different", differences: wrong, notes };
  }

  let worktree: Worktree | undefined;
  try {
    if (here) notes.push("It ran with the code of this checkout, not with that of its own commit.");
    else {
      say(`Checking out ${commit.slice(0, 12)}, in which ${who} (${record.head.name}) was made.`);
      worktree = openWorktree(root, commit);
      notes.push(...applyChanges(record, worktree));
    }
    for (const note of notes) say(note);
    const again = { record, root, worktree: worktree?.folder ?? root, env, signal, say };
    const result = await runAgain(again).catch((error) => failed(error, record));
    if (Array.isArray(result)) return { ...base, verdict: "different", differences: result, notes };
    const machines = machineDifferences(record, result.found);
    notes.push(...machineNotes(machines, tolerance));
    const sameMachine = machines.length === 0;
    const { moved } = result;
    const differences = compareRecordings(record, result.found, { tolerance, sameMachine, moved });
    return { ...base, verdict: verdictOf(differences), differences, notes };
  } finally {
    worktree?.remove();
  }
}

/** @throws {InputError} a run that cannot be made again */
function namedData({ head, files }: Recording, who: string): NamedData {
  if (head.status !== "FINISHED")
    throw new InputError(
      who,
      `is ${head.status}, not FINISHED`,
      `Go on with it first: npx sulam run --resume ${head.runId.slice(0, 8)}.`,
    );
  const text = files.get(EXPERIMENT_FILE)?.text;
  if (text === undefined) throw new InputError(who, "keeps no experiment", "Only runs of `sulam run` can be verified.");
  try {
    const { data, systems = {} } = JSON.parse(text) as Partial<Experiment>;
    const settings = Object.values(systems).map((system) => (system.kind === "finetune" ? system.data : undefined));
    const more = [data, ...settings].flatMap((each) => each?.more ?? []);
    if (typeof data?.name === "string") return { name: data.name, more: [...new Set(more)] };
  } catch {
    // told below
  }
  throw new InputError(`${who}/${EXPERIMENT_FILE}`, "is not an experiment", "Export the run again.");
}

/** Uncommitted changes of the run, laid over the worktree. @returns what has to be said about them */
function applyChanges({ tags, files }: Recording, worktree: Worktree): string[] {
  const notes: string[] = [];
  if (files.has("source/untracked.txt"))
    notes.push("Files that git did not track lay beside the run's code (source/untracked.txt); they are not recorded.");
  if (tags["mlflow.source.git.dirty"] !== "true") return notes;
  const diff = files.get("source/uncommitted.diff")?.text;
  const problem = diff === undefined ? "the record does not hold them" : worktree.apply(diff);
  const done = "The recorded ones are applied: what runs is code that no commit holds.";
  const not = `They are missing here (${problem}), so another result may come from that.`;
  notes.push(`The run was made with uncommitted changes. ${problem === undefined ? done : not}`);
  return notes;
}

function failed(error: unknown, { head }: Recording): Difference[] {
  if (!(error instanceof InputError)) throw error;
  return [{ what: "run", name: "status", recorded: head.status, found: error.message, within: false }];
}

function machineNotes(machines: string[], tolerance: number): string[] {
  if (machines.length === 0) return [];
  const what = `Another machine or other libraries (${machines.join("; ")}): the same bits are not promised.`;
  return [`${what} Tolerance: ${tolerance}, or two queries of a table's line where that is more.`];
}

function verdictOf(differences: readonly Difference[]): Verification["verdict"] {
  if (differences.length === 0) return "bit-equal";
  return differences.every(({ within }) => within) ? "equal" : "different";
}
