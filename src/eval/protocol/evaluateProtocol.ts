import { InputError, SulamError } from "../../base/errors.ts";
import type { OnProgress } from "../../base/progress.ts";
import type { Cell } from "../../base/table.ts";
import { Bm25 } from "../../search/bm25.ts";
import { bootstrapInterval } from "../bootstrapInterval.ts";
import type { Evaluation } from "../evaluate.ts";
import { type Measure, measure } from "../measure.ts";
import { rank } from "../rank.ts";
import type { System } from "../system.ts";
import { paperHit } from "./paperHit.ts";
import type { Protocol, Search } from "./protocol.ts";

/** How `evaluateProtocol` measures. */
export interface ProtocolOptions {
  /** Each at most the number of documents. Default 1, 3, 5, 10. */
  k?: readonly number[];
  /** Bootstrap resamples of groups. Default 1,000. */
  resamples?: number;
  /** Of the resampling. Default 0. */
  seed?: number;
  onProgress?: OnProgress;
}

/** Beside hit@k, in the corrected protocol only: the paper has no others. */
const FINER: readonly Measure[] = ["recallAt10", "mrrAt10", "ndcgAt10", "mapAt10"];

/**
 * Measures systems by a protocol, in one table with BM25 over the same documents and the protocol's ceiling.
 *
 * Columns: protocol, system, `hitAt1`, `hitAt1Low`, `hitAt1High` .. (in the paper's protocol, what it calls Recall@k:
 * the one text that counts was found; in the corrected one: any text of the group), recallAt10, mrrAt10, ndcgAt10 and
 * mapAt10 with bounds (null in the paper's protocol), searches, pool. Lines: the systems, `bm25`, `ceiling`.
 * `perQuery` has the protocol as its field, for `compareSystems`.
 *
 * @param systems name -> encoder; `bm25` and `ceiling` come by themselves
 * @throws {InputError} a k outside the pool, a system called bm25 or ceiling; a text that fails, or a vector with NaN,
 *                      with the system's name
 */
export async function evaluateProtocol(
  protocol: Protocol,
  systems: Readonly<Record<string, System>>,
  options: ProtocolOptions = {},
): Promise<Evaluation> {
  const { documents, searches, kind } = protocol;
  const { k = [1, 3, 5, 10] } = options;
  checkOptions(protocol, systems, k);
  const hits = k.map((at): Measure => `hitAt${at}`);
  const measures = [...hits, ...FINER];
  const texts = documents.map(({ text }) => text);
  const groups = searches.map(({ group }) => group);
  const lines: Cell[][] = [];
  const perQuery: Cell[][] = [];
  for (const [system, ranker] of Object.entries({ ...systems, bm25: new Bm25(texts) })) {
    const rankings = await ranked(system, ranker, protocol, measures, options);
    const values = measures.map((name) => scores(name, protocol, rankings));
    const cells = values.flatMap((all) => (all === undefined ? [null, null, null] : interval(all, groups, options)));
    lines.push([kind, system, ...cells, searches.length, documents.length]);
    for (const [i, { group, id }] of searches.entries())
      perQuery.push([system, kind, null, group, id, ...values.map((all) => all?.[i] ?? null)]);
  }
  const best = measures.flatMap((name) => [ceilingOf(name, protocol), null, null]);
  lines.push([kind, "ceiling", ...best, searches.length, documents.length]);
  const bounded = measures.flatMap((name) => [name, `${name}Low`, `${name}High`]);
  return {
    columns: ["protocol", "system", ...bounded, "searches", "pool"],
    rows: lines,
    perQuery: { columns: ["system", "field", "domain", "group", "query", ...measures], rows: perQuery },
  };
}

function checkOptions({ documents }: Protocol, systems: object, k: readonly number[]): void {
  for (const name of ["bm25", "ceiling"])
    if (Object.hasOwn(systems, name))
      throw new InputError(
        "evaluateProtocol",
        `a system is called ${name}`,
        "That line comes by itself: rename yours.",
      );
  for (const at of k) {
    if (Number.isInteger(at) && at >= 1 && at <= documents.length) continue;
    const problem = `k must be in 1 .. ${documents.length}, the size of the pool, got ${at}`;
    throw new InputError("evaluateProtocol", problem, "Ask for fewer.");
  }
}

/** For each search its ranking, one deeper than asked, since the searching text may stand in it. */
async function ranked(
  name: string,
  system: System,
  { documents, searches }: Protocol,
  measures: readonly Measure[],
  { onProgress }: ProtocolOptions,
): Promise<Int32Array[]> {
  const k = Math.min(documents.length, 1 + Math.max(...measures.map((one) => measure(one).k)));
  const queries = searches.map(({ text }) => text);
  const passages = documents.map(({ text }) => text);
  const noted: OnProgress | undefined = onProgress && ((state) => onProgress({ ...state, note: state.note ?? name }));
  try {
    const indices = await rank(system, { queries, passages, k, onProgress: noted });
    return queries.map((_, q) => indices.subarray(q * k, (q + 1) * k));
  } catch (error) {
    if (!(error instanceof SulamError)) throw error;
    const problem = `cannot rank the pool (${error.message.replace(/\.$/, "")})`;
    throw new InputError(name, problem, "A fixed pool takes no failures: mend the model.", { cause: error });
  }
}

/** A measure of each search; undefined where the protocol has no such measure. */
function scores(name: Measure, { kind, searches }: Protocol, rankings: readonly Int32Array[]): number[] | undefined {
  const { k, of } = measure(name);
  if (kind === "paper") {
    if (FINER.includes(name)) return undefined;
    return searches.map((search, i) => paperHit(rankings[i], search, k));
  }
  return searches.map((search, i) => of(withoutSelf(rankings[i], search), search.relevant));
}

function withoutSelf(ranking: Int32Array, { self }: Search): Int32Array {
  return self === undefined ? ranking : ranking.filter((place) => place !== self);
}

function interval(values: readonly number[], groups: readonly string[], options: ProtocolOptions): Cell[] {
  const { resamples, seed } = options;
  const { mean, low, high } = bootstrapInterval({ values, groups, resamples, seed });
  return [mean, low, high];
}

/** What the protocol lets a perfect model reach. Recall@10 and MAP@10 fall short of 1 where a group is larger than 10. */
function ceilingOf(name: Measure, { kind, searches, ceiling }: Protocol): number | null {
  const { k } = measure(name);
  if (!FINER.includes(name)) return ceiling(k);
  if (kind === "paper") return null;
  if (name === "mrrAt10" || name === "ndcgAt10") return 1;
  const shares = searches.map(({ relevant }) => Math.min(1, k / relevant.size));
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
