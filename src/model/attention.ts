import type { Engine, Tensor } from "../engine/engine.ts";
import type { Bucket, PackedBatch } from "./batch.ts";

/** Which positions a token may look at. */
export interface Sight {
  /** Itself and earlier ones only. */
  causal: boolean;
  /** Only positions nearer than this (causal), or at most this far (both sides), as transformers counts them. */
  window?: number;
}

/** Queries [S, heads, d]; keys and values [S, key/value heads, d]. */
export interface Heads {
  q: Tensor;
  k: Tensor;
  v: Tensor;
}

/**
 * Masks for the buckets whose texts are longer than the window, by text length; the others need none.
 * Made once per batch and shared by all layers.
 */
export function windowMasks(engine: Engine, batch: PackedBatch, sight: Sight): Map<number, Tensor> {
  const masks = new Map<number, Tensor>();
  if (sight.window === undefined) return masks;
  for (const { length } of batch.buckets) {
    if (length <= sight.window) continue;
    const allowed = new Uint8Array(length * length);
    for (let q = 0; q < length; q++) {
      const first = Math.max(0, sight.causal ? q - sight.window + 1 : q - sight.window);
      const last = sight.causal ? q : Math.min(length - 1, q + sight.window);
      allowed.fill(1, q * length + first, q * length + last + 1);
    }
    masks.set(length, engine.tensor(allowed, [length, length], "bool"));
  }
  return masks;
}

/**
 * Scaled-dot-product attention inside each text of a packed batch (Vaswani et al. 2017, arXiv:1706.03762).
 *
 * Runs once per bucket on views [count, heads, length, d], so a text never sees a neighbour and nothing is padded.
 * The pieces are cut with `split`, whose gradient is one `cat`: a `narrow` for each bucket would write a whole [S, ..]
 * gradient of zeros for each.
 *
 * @returns [S, heads * d]
 */
export function packedAttention(
  engine: Engine,
  batch: PackedBatch,
  heads: Heads,
  sight: Sight,
  masks: Map<number, Tensor>,
): Tensor {
  const sizes = batch.buckets.map((bucket) => bucket.count * bucket.length);
  const cut = (x: Tensor): Tensor[] => (sizes.length === 1 ? [x] : engine.split(x, sizes, 0));
  const q = cut(heads.q);
  const k = cut(heads.k);
  const v = cut(heads.v);
  const width = heads.q.shape[1] * heads.q.shape[2];
  const outputs = batch.buckets.map((bucket, i) => {
    const mask = masks.get(bucket.length);
    const options = mask === undefined ? { causal: sight.causal && bucket.length > 1 } : { mask };
    const out = engine.attention(
      byText(engine, bucket, q[i]),
      byText(engine, bucket, k[i]),
      byText(engine, bucket, v[i]),
      options,
    );
    return engine.reshape(engine.transpose(out, 1, 2), [sizes[i], width]);
  });
  return outputs.length === 1 ? outputs[0] : engine.cat(outputs, 0);
}

/** [count * length, heads, d] -> [count, heads, length, d], a view. */
function byText(engine: Engine, bucket: Bucket, x: Tensor): Tensor {
  return engine.transpose(engine.reshape(x, [bucket.count, bucket.length, x.shape[1], x.shape[2]]), 1, 2);
}
