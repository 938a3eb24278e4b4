import type { Engine, Tensor } from "../engine/engine.ts";
import type { PackedBatch } from "./batch.ts";

/** How the tokens of a text become one vector, by sentence-transformers' names. */
export type Pooling = "mean" | "cls" | "lasttoken";

/**
 * Pools token states into one vector a text, in the order in which the texts were given to `packBatch`.
 *
 * `mean`: over all tokens; `cls`: the first token; `lasttoken`: the last one.
 *
 * @param hidden [S, H]
 * @returns [B, H]
 */
export function pool(engine: Engine, hidden: Tensor, batch: PackedBatch, pooling: Pooling): Tensor {
  if (pooling !== "mean") return engine.indexSelect(hidden, 0, edgeTokens(engine, batch, pooling));
  const width = hidden.shape[1];
  // Buckets hold texts of one length, so a mean is a plain reduction of a view: exact, in a fixed order, no scatter.
  const sizes = batch.buckets.map((bucket) => bucket.count * bucket.length);
  const pieces = sizes.length === 1 ? [hidden] : engine.split(hidden, sizes, 0);
  const means = batch.buckets.map(({ count, length }, i) =>
    engine.mean(engine.reshape(pieces[i], [count, length, width]), 1),
  );
  return engine.indexSelect(means.length === 1 ? means[0] : engine.cat(means, 0), 0, batch.rank);
}

/** int64 [B]: where the first or last token of each input text lies in the packed batch. */
function edgeTokens(engine: Engine, batch: PackedBatch, pooling: "cls" | "lasttoken"): Tensor {
  const at = new Int32Array(batch.order.length);
  batch.order.forEach((text, j) => {
    at[text] = pooling === "cls" ? batch.offsets[j] : batch.offsets[j + 1] - 1;
  });
  return engine.tensor(at, [at.length], "int64");
}
