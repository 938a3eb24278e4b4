import { InputError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import type { Cell, Table } from "../base/table.ts";
import type { DatasetPart } from "../data/dataset.ts";
import { bootstrapInterval } from "./bootstrapInterval.ts";
import { Copies } from "./copies.ts";
import { type Measure, measure, usualMeasures } from "./measure.ts";
import { placesOf } from "./placesOf.ts";
import { rank } from "./rank.ts";
import { type QueryScores, scoreRankings } from "./scoreRankings.ts";
import type { System } from "./system.ts";

/** How `evaluate` measures. */
export interface EvaluateOptions {
  /** Query fields, one line of the table each. Default: all of the dataset. */
  fields?: readonly string[];
  /** The k of Recall@k, each at most the number of passages. Default 1, 3, 5, 10. */
  k?: readonly number[];
  /** In place of the usual measures (Recall at each k, MRR@10, nDCG@10), e.g. `["hitAt1", "mapAt10"]`. */
  measures?: readonly Measure[];
  /** A line for each domain too. Default false. */
  byDomain?: boolean;
  /** Bootstrap resamples of topics. Default 1,000. */
  resamples?: number;
  /** Of the resampling. Default 0. */
  seed?: number;
  onProgress?: OnProgress;
}

/** The table of an evaluation, and what stood behind each mean. */
export interface Evaluation extends Table {
  /** One line for each system and query: system, field, domain, group, query and its measures; for paired tests. */
  perQuery: Table;
}

/** One query of the split. */
interface Query {
  id: string;
  field: string;
  text: string;
  group: string;
  /** null where the dataset has none */
  domain: string | null;
  relevant: ReadonlyMap<number, number>;
}

/**
 * Ranks all passages of the dataset for every query of a split and measures Recall@k, MRR@10 and nDCG@10 (or what
 * is asked), each with its 95 % interval over topics. Queries that are empty (Thai, Mandarin of most rows) are left out.
 * Passages of one text count as one (see `Copies`): so many are there in all.
 *
 * Columns: system, field, domain (with `byDomain`; `all` for the whole field), then for each measure its mean and
 * bounds (`recallAt1`, `recallAt1Low`, `recallAt1High`, .., `mrrAt10`, .., `ndcgAt10`, ..), queries, passages.
 * Lines: systems in the order given, their fields, their domains.
 *
 * @param systems name -> embedder, BM25 or hybrid; one that is there twice (alone and in a hybrid) encodes twice, unless
 *                wrapped by `rememberTexts`
 * @throws {InputError} no systems, an unknown field, a field without a query, a k larger than the pool,
 *                      an empty pool or one with duplicate ids, an answer that is not in it; what `rank` throws
 */
export async function evaluate(
  systems: Readonly<Record<string, System>>,
  set: DatasetPart,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { fields = set.queryFields, k = [1, 3, 5, 10], byDomain = false, onProgress } = options;
  const passages = set.passages.map(({ text }) => text);
  const copies = new Copies(passages);
  const queries = queriesOf(set, fields, copies);
  checkOptions(systems, copies.distinct, options.measures?.map((name) => measure(name).k) ?? k);
  const measures = options.measures ?? usualMeasures(k);
  const depth = Math.min(copies.distinct, Math.max(...measures.map((name) => measure(name).k)));
  const lines: Cell[][] = [];
  const perQuery: Cell[][] = [];
  for (const [system, ranker] of Object.entries(systems)) {
    const noted: OnProgress | undefined = onProgress && ((p) => onProgress({ ...p, note: p.note ?? system }));
    const texts = queries.map(({ text }) => text);
    const all = await rank(ranker, { queries: texts, passages, k: copies.deep(depth), onProgress: noted });
    const indices = copies.merge(all, depth);
    const scores = scoreRankings({ indices, depth, relevant: queries.map(({ relevant }) => relevant), measures });
    for (const { field, domain, places } of slicesOf(queries, fields, byDomain)) {
      const head = byDomain ? [system, field, domain] : [system, field];
      lines.push([...head, ...means(scores, queries, places, options), places.length, copies.distinct]);
    }
    for (const [i, { field, domain, group, id }] of queries.entries())
      perQuery.push([system, field, domain, group, id, ...measures.map((name) => scores.get(name)![i])]);
  }
  const bounded = measures.flatMap((name) => [name, `${name}Low`, `${name}High`]);
  return {
    columns: ["system", "field", ...(byDomain ? ["domain"] : []), ...bounded, "queries", "passages"],
    rows: lines,
    perQuery: { columns: ["system", "field", "domain", "group", "query", ...measures], rows: perQuery },
  };
}

function checkOptions(systems: Readonly<Record<string, System>>, pool: number, k: readonly number[]): void {
  if (Object.keys(systems).length === 0)
    throw new InputError("evaluate", "there are no systems", "Name at least one, e.g. { bm25 }.");
  for (const at of k) {
    if (Number.isInteger(at) && at >= 1 && at <= pool) continue;
    const problem = `k must be in 1 .. ${pool}, the size of the pool, got ${at}`;
    throw new InputError("evaluate", problem, "Ask for fewer.");
  }
}

function queriesOf(
  { name, rows, passages, domainField }: DatasetPart,
  fields: readonly string[],
  copies: Copies,
): Query[] {
  const places = placesOf("evaluate", passages);
  return fields.flatMap((field) => {
    if (rows.length > 0 && rows[0][field] === undefined)
      throw new InputError("evaluate", `${name} has no field \`${field}\``, `Its rows have ${Object.keys(rows[0])}.`);
    const asked = rows.filter((row) => row[field] !== "");
    if (asked.length === 0)
      throw new InputError("evaluate", `field \`${field}\` of ${name} has no query`, "Choose another split or field.");
    return asked.map((row) => {
      const place = places.get(row.id);
      if (place === undefined)
        throw new InputError("evaluate", `passage \`${row.id}\` is not in the pool`, "Search all of the dataset.");
      const domain = domainField === undefined ? null : row[domainField];
      return {
        id: row.id,
        field,
        text: row[field],
        group: row.group,
        domain,
        relevant: new Map([[copies.of(place), 1]]),
      };
    });
  });
}

/** The queries of each line of the table: by field, then the whole field and each of its domains. */
function* slicesOf(queries: readonly Query[], fields: readonly string[], byDomain: boolean) {
  for (const field of fields) {
    const places = [...queries.keys()].filter((i) => queries[i].field === field);
    yield { field, domain: "all", places };
    if (!byDomain) continue;
    for (const domain of new Set(places.map((i) => queries[i].domain)))
      yield { field, domain, places: places.filter((i) => queries[i].domain === domain) };
  }
}

function means(scores: QueryScores, queries: readonly Query[], places: number[], options: EvaluateOptions): number[] {
  const groups = places.map((i) => queries[i].group);
  return [...scores.values()].flatMap((all) => {
    const values = places.map((i) => all[i]);
    const { mean, low, high } = bootstrapInterval({ values, groups, ...intervalOptions(options) });
    return [mean, low, high];
  });
}

function intervalOptions({ resamples, seed }: EvaluateOptions): { resamples?: number; seed?: number } {
  return { resamples, seed };
}
