import { ConfigError, InputError, ShapeError } from "../base/errors.ts";
import type { Engine, Tensor } from "../engine/engine.ts";
import { checkEmbeddings } from "./checkEmbeddings.ts";

/** Options of `infoNce`. */
export interface InfoNceOptions {
  /** Divides the cosines. > 0, unitless; the paper's default .02. */
  temperature?: number;
  /** For each query the rows of `p` that answer it. Default: row i answers query i. */
  positives?: readonly (readonly number[])[];
  /** [Q * P], row-major: 1 where passage j must not count as a negative of query i. Positives need not be marked. */
  ignore?: Uint8Array;
  /** Also asks each positive passage to prefer its query over the batch's other queries, and averages the two. */
  bothDirections?: boolean;
}

/**
 * InfoNCE over a batch: each query must prefer its own passage over all others in `p`, in-batch and mined alike.
 * A query with several positives counts once for each, the others left out of that softmax.
 *
 * @param q  [Q, D] query embeddings of any length (cosines are taken)
 * @param p  [P, D] passage embeddings
 * @returns  float32 scalar, mean over (query, positive) pairs in nats; log(B) when all B passages tie
 * @throws   {ShapeError} when q and p differ in width, or in rows while `positives` is not given
 * @throws   {InputError} when a query has no positive, or no query has a negative
 * @throws   {ConfigError} when the temperature is not above 0
 * @see      van den Oord et al. 2018, arXiv:1807.03748; both directions as in Günther et al. 2023, arXiv:2310.19923
 */
export function infoNce(engine: Engine, q: Tensor, p: Tensor, options: InfoNceOptions = {}): Tensor {
  const temperature = options.temperature ?? 0.02;
  if (!(temperature > 0) || !Number.isFinite(temperature))
    throw new ConfigError("infoNce", `temperature must be above 0, got ${temperature}`, "The paper's is 0.02.");
  const sameRows = options.positives === undefined;
  checkEmbeddings({
    who: "infoNce",
    embeddings: { q, p },
    sameRows,
    todo: sameRows ? "Give each query exactly one positive passage." : "Encode queries and passages with one model.",
  });
  const pairs = pairsOf(q.shape[0], p.shape[0], options);
  const cosines = engine.matmul(unit(engine, q), engine.transpose(unit(engine, p), 0, 1));
  const scores = engine.mul(cosines, 1 / temperature);
  const toPassages = direction(engine, scores, pairs);
  if (!options.bothDirections) return toPassages;
  const toQueries = direction(engine, engine.transpose(scores, 0, 1), flipped(pairs));
  return engine.mul(engine.add(toPassages, toQueries), 0.5);
}

/** The pairs of one direction: anchor row `from[r]` must choose column `to[r]`, and never sees what `hidden` marks. */
interface Pairs {
  from: number[];
  to: number[];
  rows: number;
  columns: number;
  /** [rows * columns]: 1 where a column is no negative of a row. */
  hidden: Uint8Array;
}

function pairsOf(rows: number, columns: number, { positives, ignore }: InfoNceOptions): Pairs {
  if (positives && positives.length !== rows)
    throw new ShapeError(
      "infoNce",
      `positives must have one list for each of ${rows} queries, got ${positives.length}`,
      "List the rows of p that answer each query.",
    );
  if (ignore && ignore.length !== rows * columns)
    throw new ShapeError(
      "infoNce",
      `ignore must be [${rows} * ${columns}], got ${ignore.length} values`,
      "Give one value for each query and passage.",
    );
  const pairs: Pairs = {
    from: [],
    to: [],
    rows,
    columns,
    hidden: Uint8Array.from(ignore ?? { length: rows * columns }),
  };
  for (let i = 0; i < rows; i++) {
    const own = positives ? positives[i] : [i];
    if (own.length === 0 || own.some((j) => !(Number.isInteger(j) && j >= 0 && j < columns)))
      throw new InputError(
        "infoNce",
        `query ${i} must have positives among the ${columns} rows of p, got [${own.join(", ")}]`,
        "Drop queries without a positive.",
      );
    for (const j of own) {
      pairs.from.push(i);
      pairs.to.push(j);
      pairs.hidden[i * columns + j] = 1;
    }
  }
  if (!pairs.hidden.includes(0))
    throw new InputError(
      "infoNce",
      "no query has a negative: every passage is a positive or ignored",
      "Use a batch of at least two different passages, or mine hard negatives.",
    );
  return pairs;
}

/** The same pairs seen from the passages. */
function flipped({ from, to, rows, columns, hidden }: Pairs): Pairs {
  const turned = new Uint8Array(hidden.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[j * rows + i] = hidden[i * columns + j];
  return { from: to, to: from, rows: columns, columns: rows, hidden: turned };
}

/** Mean cross-entropy of the pairs, scores [rows, columns]. */
function direction(engine: Engine, scores: Tensor, { from, to, rows, columns, hidden }: Pairs): Tensor {
  const penalty = new Float32Array(from.length * columns);
  for (let r = 0; r < from.length; r++)
    for (let j = 0; j < columns; j++)
      if (hidden[from[r] * columns + j] === 1 && j !== to[r]) penalty[r * columns + j] = Number.NEGATIVE_INFINITY;
  const everyRowOnce = from.length === rows && from.every((row, r) => row === r);
  const anchors = everyRowOnce ? scores : engine.indexSelect(scores, 0, ints(engine, from));
  const masked = penalty.some((x) => x !== 0)
    ? engine.add(anchors, engine.tensor(penalty, [from.length, columns]))
    : anchors;
  return engine.crossEntropy(masked, ints(engine, to));
}

const ints = (engine: Engine, values: readonly number[]): Tensor => engine.tensor(values, [values.length], "int64");

const unit = (engine: Engine, x: Tensor): Tensor => engine.normalize(engine.cast(x, "float32"));
