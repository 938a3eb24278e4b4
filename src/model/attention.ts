import type { Engine, Sight, Tensor } from "../engine/engine.ts";
import type { Bucket, PackedBatch } from "./batch.ts";

/** Queries [S, heads, d]; keys and values [S, key/value heads, d]. */
export interface Heads {
  q: Tensor;
  k: Tensor;
  v: Tensor;
}

/** Masks by text length, made when a layer first needs one, and shared by all layers of a batch. */
export type WindowMasks = Map<number, Tensor>;

/**
 * Scaled-dot-product attention inside each text of a packed batch (Vaswani et al. 2017, arXiv:1706.03762).
 *
 * In one kernel where the engine has one. Else once per bucket on views [count, heads, length, d], so a text never sees
 * a neighbour and nothing is padded. The pieces are cut with `split`, whose gradient is one `cat`: a `narrow` for each
 * bucket would write a whole [S, ..] gradient of zeros for each.
 *
 * @returns [S, heads * d]
 */
export function packedAttention(
  engine: Engine,
  batch: PackedBatch,
  heads: Heads,
  sight: Sight,
  masks: WindowMasks,
): Tensor {
  const width = heads.q.shape[1] * heads.q.shape[2];
  const texts = { bounds: batch.bounds, longest: batch.buckets[batch.buckets.length - 1].length };
  const whole = engine.attentionByText(heads.q, heads.k, heads.v, texts, sight);
  if (whole !== undefined) return engine.reshape(whole, [-1, width]);
  const sizes = batch.buckets.map((bucket) => bucket.count * bucket.length);
  const cut = (x: Tensor): Tensor[] => (sizes.length === 1 ? [x] : engine.split(x, sizes, 0));
  const q = cut(heads.q);
  const k = cut(heads.k);
  const v = cut(heads.v);
  const outputs = batch.buckets.map((bucket, i) => {
    const mask = maskOf(engine, bucket.length, sight, masks);
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

/** The mask of texts that are longer than the window; the others need none. */
function maskOf(engine: Engine, length: number, sight: Sight, masks: WindowMasks): Tensor | undefined {
  const { causal, window } = sight;
  if (window === undefined || length <= window) return undefined;
  const known = masks.get(length);
  if (known !== undefined) return known;
  const allowed = new Uint8Array(length * length);
  for (let q = 0; q < length; q++) {
    const first = Math.max(0, causal ? q - window + 1 : q - window);
    const last = causal ? q : Math.min(length - 1, q + window);
    allowed.fill(1, q * length + first, q * length + last + 1);
  }
  const mask = engine.tensor(allowed, [length, length], "bool");
  masks.set(length, mask);
  return mask;
}

/** [count * length, heads, d] -> [count, heads, length, d], a view. */
function byText(engine: Engine, bucket: Bucket, x: Tensor): Tensor {
  return engine.transpose(engine.reshape(x, [bucket.count, bucket.length, x.shape[1], x.shape[2]]), 1, 2);
}
