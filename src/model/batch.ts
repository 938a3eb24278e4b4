import { InputError } from "../base/errors.ts";
import type { Engine, Tensor } from "../engine/engine.ts";

/** Texts of one length, next to each other in a packed batch: the unit in which attention runs. */
export interface Bucket {
  /** Texts in it. */
  count: number;
  /** Tokens of each. */
  length: number;
}

/**
 * The real tokens of B texts, one text after the other, shortest first; S = sum of their lengths.
 * Padding does not exist: linear layers and norms see [S, H], attention sees one bucket of equal lengths at a time.
 */
export interface PackedBatch {
  /** int64 [S] token ids. */
  ids: Tensor;
  /** int64 [S] position of each token in its text, from 0. */
  positions: Tensor;
  /** int64 [S] BERT's token types, where texts are pairs. */
  types?: Tensor;
  /** B + 1 numbers: the packed text j is ids[offsets[j]] .. ids[offsets[j + 1] - 1]. */
  offsets: number[];
  /** int32 [B + 1]: the offsets, where the engine reads them. */
  bounds: Tensor;
  buckets: Bucket[];
  /** The packed text j is the text order[j] of the input. */
  order: number[];
  /** int64 [B]: the text i of the input is the packed text rank[i]. Turns pooled rows back into the input's order. */
  rank: Tensor;
}

/**
 * Packs token ids into one batch without padding. Call it inside `engine.tidy`, or free its four tensors.
 *
 * Texts are sorted by length (ties keep the input's order), so that equal lengths lie side by side: attention then
 * reads its buckets as views, without a gather, a mask, or a row of padding. What is pooled from the batch comes out
 * in the input's order again, through `rank`.
 *
 * @param texts B lists of token ids, each with at least one
 * @throws {InputError} when there is no text, or a text has no token
 */
export function packBatch(engine: Engine, texts: readonly (readonly number[])[]): PackedBatch {
  if (texts.length === 0) throw new InputError("packBatch", "the batch holds no text", "Give at least one text.");
  const order = texts.map((_, i) => i).sort((a, b) => texts[a].length - texts[b].length || a - b);
  if (texts[order[0]].length === 0) {
    throw new InputError(
      "packBatch",
      `text ${order[0]} has no tokens`,
      "Leave empty texts out, or add special tokens.",
    );
  }
  const offsets = [0];
  for (const i of order) offsets.push(offsets[offsets.length - 1] + texts[i].length);
  const total = offsets[order.length];
  const ids = new Int32Array(total);
  const positions = new Int32Array(total);
  const rank = new Int32Array(order.length);
  const buckets: Bucket[] = [];
  order.forEach((i, j) => {
    const text = texts[i];
    rank[i] = j;
    ids.set(text, offsets[j]);
    for (let t = 0; t < text.length; t++) positions[offsets[j] + t] = t;
    const last = buckets[buckets.length - 1];
    if (last?.length === text.length) last.count++;
    else buckets.push({ count: 1, length: text.length });
  });
  return {
    ids: engine.tensor(ids, [total], "int64"),
    positions: engine.tensor(positions, [total], "int64"),
    offsets,
    bounds: engine.tensor(offsets, [offsets.length], "int32"),
    buckets,
    order,
    rank: engine.tensor(rank, [order.length], "int64"),
  };
}
