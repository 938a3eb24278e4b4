import { InputError } from "../../base/errors.ts";
import type { OnProgress } from "../../base/progress.ts";
import type { Cell, Table } from "../../base/table.ts";
import { type PaperTask, type PublishedResult, readPublished } from "../../data/readPublished.ts";
import { readTrainingTexts } from "../../data/readTrainingTexts.ts";
import { compareSystems } from "../../eval/compareSystems.ts";
import { evaluateProtocol } from "../../eval/protocol/evaluateProtocol.ts";
import { POOL_ROWS } from "../../eval/protocol/paperSimilarity.ts";
import { refuseLeaks } from "../../eval/refuseLeaks.ts";
import type { Encoder } from "../../search/encoder.ts";
import { rememberTexts } from "../../search/rememberTexts.ts";
import type { Run } from "../../track/run.ts";
import { withRun } from "../../track/withRun.ts";
import { type PaperPool, paperPool } from "./paperPool.ts";
import type { Measured, Reproduction, ReproductionRow } from "./reproduction.ts";
import { whyNot } from "./whyNot.ts";

/** What to reproduce, and with what. */
export interface ReproduceOptions {
  task: PaperTask;
  /** Name -> encoder. A name of a published model is set beside its published figures. */
  models: Readonly<Record<string, Encoder>>;
  /** The pool's rows. Default: malay-mini stands in. */
  pool?: string;
  /** The published pool that `pool` is. Default: the one that the file's name begins with. */
  dataset?: string;
  /** What the models were trained on: test texts among it stop the evaluation, unless `allowLeaks` is set. */
  training?: string;
  allowLeaks?: boolean;
  /** Bootstrap resamples of groups. Default 1,000. */
  resamples?: number;
  /** Of the resampling. Default 0. */
  seed?: number;
  /** Folder of the store of runs. */
  storeDir?: string;
  onProgress?: OnProgress;
}

const K = [1, 3, 5, 10] as const;

/**
 * One table of the paper: what its authors' notebooks printed, what their protocol gives here, and what a sound
 * protocol gives, with BM25 and the protocol's ceiling. A tracked run holds each of our numbers.
 *
 * @throws {InputError} an unknown dataset, a pool that cannot be read or is smaller than 10 texts, a text that fails,
 *                      a test text among the training texts
 */
export async function reproduce(options: ReproduceOptions): Promise<Reproduction> {
  const { task, models, dataset, resamples, seed = 0 } = options;
  const published = await readPublished(task);
  const names = [...new Set(published.map((result) => result.dataset))];
  if (dataset !== undefined && !names.includes(dataset))
    throw new InputError("reproduce", `there is no published pool ${dataset}`, `There are ${names.join(", ")}.`);
  const pool = await paperPool({ task, file: options.pool, dataset, published: names });
  const leaks = await leaksOf(pool, options);
  const settings = { task, pool: pool.name, models: Object.keys(models).join(", "), k: K.join(" "), resamples, seed };
  const tracked = { experiment: "reproduce", name: `${task}-${pool.name}`, dir: options.storeDir, seed };
  return withRun({ ...tracked, params: settings, data: { [pool.name]: pool.sha256 } }, async (run) => {
    const digest = pool.sha256.slice(0, 32);
    run.dataset({ name: pool.name, digest, source: pool.source, context: "evaluation" });
    const measured = await measure(pool, options);
    run.table("measured", measured.table);
    run.table("tests", measured.tests);
    run.table("perQuery", measured.perQuery);
    run.metrics(figures(measured.table));
    if (leaks !== undefined) run.table("leaks", leaks);
    const rows = sideBySide({ pool, published, ours: measuredRows(measured.table, run) });
    run.text("reproduction.json", `${JSON.stringify(rows, null, 2)}\n`);
    const { name, isStandIn, source, sha256 } = pool;
    const notes = [leakNote(leaks, options), ...notesOf(pool, published)];
    return { task, runId: run.id, pool: { name, isStandIn, source, sha256 }, rows, ...parts(measured), notes };
  });
}

/** Test texts among the training texts; undefined when nobody said what the models were trained on. */
async function leaksOf({ corrected }: PaperPool, { training, allowLeaks = false }: ReproduceOptions) {
  if (training === undefined) return undefined;
  const test = corrected.searches.flatMap(({ text, relevant }) => {
    return [text, ...[...relevant.keys()].map((place) => corrected.documents[place].text)];
  });
  const seen = await readTrainingTexts(training);
  return refuseLeaks({ training: seen, test, allow: allowLeaks, askBy: "--allow-leaks" });
}

function leakNote(leaks: Table | undefined, { training }: ReproduceOptions): string {
  if (leaks === undefined)
    return "Leaks: not looked for, since nobody said what the models were trained on (--training).";
  const first = leaks.rows.slice(0, 5).map(([kind, , test]) => `${kind}: ${JSON.stringify(test)}`);
  if (first.length === 0) return `Leaks: no test text stands in ${training}.`;
  return `Leaks: training (${training}) has seen ${leaks.rows.length} test texts, among them ${first.join(", ")}.`;
}

interface OursMeasured {
  table: Table;
  tests: Table;
  perQuery: Table;
}

function parts({ table, tests }: OursMeasured): Pick<Reproduction, "measured" | "tests"> {
  return { measured: table, tests };
}

async function measure(pool: PaperPool, options: ReproduceOptions): Promise<OursMeasured> {
  const { resamples, seed, onProgress } = options;
  // both protocols search nearly the same texts: each is encoded once
  const systems = Object.fromEntries(
    Object.entries(options.models).map(([name, model]) => [name, rememberTexts(model)]),
  );
  const asked = { k: K, resamples, seed, onProgress };
  const paper = await evaluateProtocol(pool.paper, systems, asked);
  const corrected = await evaluateProtocol(pool.corrected, systems, asked);
  const perQuery = { ...paper.perQuery, rows: [...paper.perQuery.rows, ...corrected.perQuery.rows] };
  const table = { columns: paper.columns, rows: [...paper.rows, ...corrected.rows] };
  const alone = Object.keys(systems).length === 0;
  const compared = { measure: "hitAt10", baseline: "bm25", seed } as const;
  const tests = alone ? { columns: [], rows: [] } : compareSystems(perQuery, compared);
  return { table, tests, perQuery };
}

/** Ours by system: what each protocol says. */
type Ours = Map<string, { paper: Measured; corrected: Measured }>;

function measuredRows({ columns, rows }: Table, run: Run): Ours {
  const ours: Ours = new Map();
  const cell = (row: readonly Cell[], name: string): Cell => row[columns.indexOf(name)];
  for (const row of rows) {
    const hitAt = Object.fromEntries(
      K.map((k) => {
        const [mean, low, high] = ["", "Low", "High"].map((end) => cell(row, `hitAt${k}${end}`) as number | null);
        return [k, { mean: mean as number, low, high }];
      }),
    );
    const counts = { pool: cell(row, "pool") as number, searches: cell(row, "searches") as number };
    const system = cell(row, "system") as string;
    const measured = { ...ours.get(system), [cell(row, "protocol") as string]: { runId: run.id, ...counts, hitAt } };
    ours.set(system, measured as { paper: Measured; corrected: Measured });
  }
  return ours;
}

interface Sides {
  pool: PaperPool;
  published: readonly PublishedResult[];
  ours: Ours;
}

/** Ours first, each beside its published figures where the model and the pool are the same; then the rest of those. */
function sideBySide({ pool, published, ours }: Sides): ReproductionRow[] {
  const used = new Set<PublishedResult>();
  const own = [...ours].map(([system, { paper, corrected }]): ReproductionRow => {
    const same = published.find((result) => result.dataset === pool.name && result.model === system);
    if (same !== undefined) used.add(same);
    const why = same === undefined ? unpublished(system, pool) : "";
    return { dataset: pool.name, system, published: printed(same), reproduced: paper, corrected, why };
  });
  const rest = published
    .filter((result) => !used.has(result))
    .map((result): ReproductionRow => {
      const why = whyNot(result, { pool: result.dataset === pool.name, model: ours.has(result.model) });
      const { dataset, model: system } = result;
      return { dataset, system, published: printed(result), reproduced: null, corrected: null, why };
    });
  return [...own, ...rest];
}

function unpublished(system: string, { isStandIn, name }: PaperPool): string {
  if (system === "bm25") return "not published: the paper has no BM25 row";
  if (system === "ceiling") return "not published: what the protocol lets a perfect model expect";
  return isStandIn ? `not published: ${name} stands in for the paper's pools` : `not published: ${system} on ${name}`;
}

function printed(result: PublishedResult | undefined): ReproductionRow["published"] {
  if (result === undefined) return null;
  const { pool, scored, recall, source } = result;
  const hitAt = Object.fromEntries(K.map((k) => [k, { mean: recall[k], low: null, high: null }]));
  return { runId: null, pool, searches: scored, hitAt, source };
}

function notesOf(pool: PaperPool, published: readonly PublishedResult[]): string[] {
  const notes: string[] = [];
  if (pool.isStandIn)
    notes.push(
      `The published pools are not here. ${pool.name}, which comes with the package, stands in for them: its figures ` +
        "show the protocols at work and are not to be compared with published ones.",
    );
  const sizes = new Set(published.filter(({ dataset }) => dataset === pool.name).map((result) => result.pool));
  const ours = pool.paper.documents.length;
  if (sizes.size > 0 && !sizes.has(ours))
    notes.push(`The published pool has ${[...sizes].join(" or ")} texts, this one ${ours}: it is not the same.`);
  notes.push(
    "The ceiling is what a model that puts each group first can expect where the protocol leaves the order within the " +
      "group to chance; a model whose order favours the text that counts can lie above it.",
  );
  for (const [dataset, line] of ceilings(published)) notes.push(`Published, ${dataset}: ${line}`);
  for (const note of pool.paper.notes) notes.push(`Reproduced: ${note}`);
  for (const note of pool.corrected.notes) notes.push(`Corrected: ${note}`);
  return notes;
}

/** For each pool of the similarity task: the share of its positives that can succeed at k 1, and the best that was printed. */
function ceilings(published: readonly PublishedResult[]): Map<string, string> {
  const lines = new Map<string, string>();
  for (const { task, dataset, scored } of published) {
    if (task !== "similarity") continue;
    const best = Math.max(...published.filter((other) => other.dataset === dataset).map(({ recall }) => recall[1]));
    const share = POOL_ROWS / scored;
    const words = `${POOL_ROWS} queries for ${scored} positives (if the notebook lost none), so R@1 near ${share.toFixed(3)}`;
    lines.set(dataset, `${words} is all that a perfect model can expect; the best printed is ${best.toFixed(3)}.`);
  }
  return lines;
}

/** Each mean as a metric, e.g. `bm25/corrected/hitAt1`. */
function figures({ columns, rows }: Table): Record<string, number> {
  const measures = columns.flatMap((name, j) => (/At\d+$/.test(name) ? [{ name, j }] : []));
  return Object.fromEntries(
    rows.flatMap((row) =>
      measures.flatMap(({ name, j }) => (row[j] === null ? [] : [[`${row[1]}/${row[0]}/${name}`, row[j] as number]])),
    ),
  );
}
