import { rmSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import type { Table } from "../base/table.ts";
import type { Experiment } from "../config/experiment.ts";
import { leftOutWords } from "../data/leftOutWords.ts";
import { loadDataset } from "../data/loadDataset.ts";
import { evaluate } from "../eval/evaluate.ts";
import type { System } from "../eval/system.ts";
import { openStore } from "../track/openStore.ts";
import type { Run } from "../track/run.ts";
import type { RunStatus } from "../track/runRecord.ts";
import type { Store } from "../track/store.ts";
import { withRun } from "../track/withRun.ts";
import { checkAgainstData } from "./checkAgainstData.ts";
import { checkLeaks } from "./checkLeaks.ts";
import { conclude } from "./conclude.ts";
import { EXPERIMENT_FILE } from "./experimentOfRun.ts";
import { experimentParams } from "./experimentParams.ts";
import { Interrupted } from "./interrupted.ts";
import type { LabOptions } from "./labOptions.ts";
import { morePairs } from "./morePairs.ts";
import { type NoisedQueries, noisedQueries } from "./noisedQueries.ts";
import { ragFigures, ragTable } from "./ragTable.ts";
import { SystemBuilder } from "./systemBuilder.ts";
import type { TrainingSource } from "./trainingExamples.ts";

/** What came of an experiment. */
export interface LabResult {
  runId: string;
  /** FINISHED, or KILLED when it was stopped. */
  status: RunStatus;
  /**
   * By name: `recall` of all systems and query fields, `recallByDomain` for each domain too, `rag` where the experiment
   * asks for long documents, `leaks` where training has seen test texts. Empty when stopped.
   */
  tables: Record<string, Table>;
  /** One line: what was found, where the run is, what to type next. */
  finding: string;
}

/**
 * Runs an experiment from end to end as one tracked run: data, base model, mining, training, evaluation. The run keeps
 * the resolved experiment, the data's hash, metrics by step (`SYSTEM/loss`), trained weights (`models/SYSTEM`), tables
 * and their figures as metrics (`SYSTEM/FIELD/recallAt1`). The same experiment on the same machine gives the same bits.
 *
 * @throws {InputError} before anything is trained: training has seen texts of the measured split (see `checkLeaks`)
 * @throws {SulamError} whatever a room says is wrong; the run is then FAILED, and what was stored stays
 */
export async function runExperiment(experiment: Experiment, options: LabOptions = {}): Promise<LabResult> {
  const dataset = await loadDataset(experiment.data.name);
  checkAgainstData(experiment, dataset);
  const source = { dataset, more: await morePairs(experiment) };
  const leaks = await checkLeaks(experiment, source);
  const queries = await noisedQueries(dataset.split()[experiment.evaluate.split], experiment.evaluate);
  const store = openStore({ dir: options.storeDir });
  let runId = "";
  try {
    if (options.resume !== undefined) checkSameData(store, options.resume, source);
    const data = Object.fromEntries(dataOf(source).map(({ name, sha256 }) => [name, sha256]));
    const settings = { ...nameOf(experiment), seed: experiment.seed, data };
    const tracked = { store, ...settings, runId: options.resume, signal: options.signal };
    const tables = await withRun(tracked, async (run) => {
      runId = run.id;
      options.began?.(runId);
      return work(run, { experiment, source, store, options, leaks, queries });
    });
    // only now has all that waited in the outbox been tried a last time
    clear(store, runId, { experiment, options });
    const seen = leaks.rows.length === 0 ? "" : ` Training has seen ${leaks.rows.length} of its test texts.`;
    const finding = `${conclude(clean(tables.recall, experiment), experiment.systems)}${seen} ${whereAndNext(store, runId, options.storeDir)}`;
    return { runId, status: store.run(runId).status, tables, finding };
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const finding = `Stopped while ${error.doing}. Go on: npx sulam run --resume ${runId.slice(0, 8)}${inStore(options.storeDir)}`;
    return { runId, status: store.run(runId).status, tables: {}, finding };
  } finally {
    store.close();
  }
}

interface Setting {
  experiment: Experiment;
  source: TrainingSource;
  store: Store;
  options: LabOptions;
  /** Test texts that training sees, which the experiment allows. */
  leaks: Table;
  queries: NoisedQueries;
}

async function work(run: Run, setting: Setting): Promise<Record<string, Table>> {
  const { experiment, source, store, options, leaks, queries } = setting;
  const { say = () => {}, signal, resume } = options;
  say(`Run ${run.id.slice(0, 8)} (${experiment.name}) in ${store.dir}.`);
  if (resume === undefined) describe(run, experiment, source);
  for (const { name, leftOut } of source.more.values()) if (leftOut > 0) say(`${name}: ${leftOutWords(leftOut)}`);
  const progress = stoppable(options);
  const scratch = scratchOf(store, run.id);
  const stored = (path: string): string | undefined => storedWeights(store, run.id, path);
  const answers = join(store.dir, "remote");
  const tags = resume === undefined ? {} : store.run(run.id).tags;
  const builder = new SystemBuilder({
    ...source,
    experiment,
    run,
    tags,
    scratch,
    answers,
    stored,
    say,
    progress,
    signal,
  });
  try {
    await builder.loadModels();
    const systems: Record<string, System> = {};
    for (const name of Object.keys(experiment.systems)) systems[name] = await builder.build(name);
    const { split, k, intervals, rag } = experiment.evaluate;
    const { part, fields, tables } = queries;
    if (tables !== undefined) run.tag("noise tables", tables);
    say(`Measuring ${Object.keys(systems).length} systems on the ${split} split.`);
    const asked = { fields, k, ...intervals, byDomain: true, onProgress: progress("measuring") };
    const { perQuery, ...byDomain } = await evaluate(systems, part, asked);
    const recall = overall(byDomain);
    run.table("recall", recall);
    run.table("recallByDomain", byDomain);
    run.table("perQuery", perQuery);
    run.metrics(figures(recall));
    const measured: Record<string, Table> = { recall, recallByDomain: byDomain };
    if (rag !== undefined) {
      const onProgress = progress("long documents");
      measured.rag = await ragTable({ experiment, settings: rag, dataset: source.dataset, systems, onProgress });
      run.table("rag", measured.rag);
      run.metrics(ragFigures(measured.rag));
    }
    if (leaks.rows.length === 0) return measured;
    run.table("leaks", leaks);
    run.metrics({ leaks: leaks.rows.length });
    return { ...measured, leaks };
  } finally {
    builder.recordUsage();
    await builder.dispose();
  }
}

/** A file that is trained on. */
interface DataFile {
  name: string;
  sha256: string;
  file: string;
  rows: number;
}

/** The dataset first. */
function dataOf({ dataset, more }: TrainingSource): DataFile[] {
  const { sha256, file, rows } = dataset.card;
  const further = [...more].map(([file, { name, sha256, examples }]) => ({
    name,
    sha256,
    file,
    rows: examples.length,
  }));
  return [{ name: dataset.name, sha256, file, rows }, ...further];
}

/** @throws {InputError} when the data is not what the run began with */
function checkSameData(store: Store, runId: string, source: TrainingSource): void {
  const before = new Map(store.inputs(runId).map(({ name, digest }) => [name, digest]));
  for (const { name, sha256 } of dataOf(source)) {
    const [began, now] = [before.get(name), digestOf(sha256)];
    if (began !== undefined && began !== now)
      throw new InputError(
        name,
        `run ${runId.slice(0, 8)} began with other data: sha256 ${began.slice(0, 12)}, now ${now.slice(0, 12)}`,
        "Bring the old file back, or begin a new run.",
      );
  }
}

/** As much of a sha256 as the store takes. */
function digestOf(sha256: string): string {
  return sha256.slice(0, 32);
}

/** Where a run's checkpoints and weights lie until they are stored with it. */
function scratchOf(store: Store, runId: string): string {
  return join(store.dir, "checkpoints", runId);
}

/** The folder of weights that are stored whole. */
function storedWeights(store: Store, runId: string, path: string): string | undefined {
  const seal = `${path}.json`;
  const isWhole = store.artifacts(runId).some((artifact) => artifact.path === seal);
  return isWhole ? store.artifactFile(runId, seal).slice(0, -".json".length) : undefined;
}

/** Removes the scratch folder of a run that has ended, unless it holds the only copy of some weights. */
function clear(store: Store, runId: string, { experiment, options }: Pick<Setting, "experiment" | "options">): void {
  const scratch = scratchOf(store, runId);
  const lost = Object.entries(experiment.systems)
    .filter(([name, { kind }]) => kind === "finetune" && storedWeights(store, runId, `models/${name}`) === undefined)
    .map(([name]) => name);
  if (lost.length === 0) rmSync(scratch, { recursive: true, force: true });
  else options.say?.(`The weights of ${lost.join(", ")} could not be stored with the run. They lie in ${scratch}.`);
}

function nameOf({ experiment, name }: Experiment): { experiment: string; name: string } {
  return { experiment, name };
}

/** What stands fixed from the start. */
function describe(run: Run, experiment: Experiment, source: TrainingSource): void {
  run.params(experimentParams(experiment));
  run.text(EXPERIMENT_FILE, `${JSON.stringify(experiment, null, 2)}\n`);
  for (const { name, sha256, file, rows } of dataOf(source)) {
    const profile = JSON.stringify({ rows });
    run.dataset({ name, digest: digestOf(sha256), source: file, profile, context: "training" });
  }
}

/** Progress callbacks that end the work when the run was told to stop: between two batches, say. */
function stoppable({ progress, signal }: LabOptions): (label: string) => OnProgress {
  return (label) => {
    const report = progress?.(label);
    return (state) => {
      if (signal?.aborted) throw new Interrupted(label);
      report?.(state);
    };
  };
}

/** The lines over all domains, without the column that says so. */
function overall({ columns, rows }: Table): Table {
  const at = columns.indexOf("domain");
  const rest = <T>(cells: readonly T[]): T[] => cells.filter((_, j) => j !== at);
  return { columns: rest(columns), rows: rows.filter((row) => row[at] === "all").map(rest) };
}

/** The lines of queries as they were written. */
function clean({ columns, rows }: Table, { evaluate: { fields } }: Experiment): Table {
  const at = columns.indexOf("field");
  return { columns, rows: rows.filter((row) => fields.includes(row[at] as string)) };
}

/** Each measure of each line as a metric, e.g. `hybrid/query/recallAt1`. */
function figures({ columns, rows }: Table): Record<string, number> {
  const measures = columns.flatMap((name, j) => (/At\d+$/.test(name) ? [{ name, j }] : []));
  return Object.fromEntries(
    rows.flatMap((row) => measures.map(({ name, j }) => [`${row[0]}/${row[1]}/${name}`, row[j] as number])),
  );
}

function whereAndNext({ dir }: Store, runId: string, asked: string | undefined): string {
  return `The run is in ${dir}. Next: npx sulam runs show ${runId.slice(0, 8)}${inStore(asked)}`;
}

/** A command finds the run only in the store that was asked for. */
function inStore(dir: string | undefined): string {
  if (dir === undefined) return "";
  return ` --store ${/^[\w./-]+$/.test(dir) ? dir : `'${dir.replaceAll("'", "'\\''")}'`}`;
}
