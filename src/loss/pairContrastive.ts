import { ConfigError, InputError } from "../base/errors.ts";
import type { Engine, Tensor } from "../engine/engine.ts";
import { checkEmbeddings } from "./checkEmbeddings.ts";

/** Options of `pairContrastive`. */
export interface PairContrastiveOptions {
  /** Cosine distance that a negative pair should have at least, in (0, 2]. The paper's models use .5, its 64M model 1.0. */
  margin?: number;
}

/**
 * Pair contrastive loss: mean of ½[y·d² + (1 − y)·relu(margin − d)²] with d = 1 − cosine.
 *
 * @param a       [N, D] embeddings of any length
 * @param b       [N, D] row i is compared with row i of `a`
 * @param labels  N values, 1 for a pair that belongs together, 0 for one that does not
 * @returns       float32 scalar, 0 when positives coincide and negatives lie beyond the margin
 * @throws        {ShapeError} when a and b differ in shape
 * @throws        {InputError} when labels are not N zeros and ones
 * @throws        {ConfigError} when the margin is not in (0, 2]
 * @see           Hadsell et al. 2006, doi:10.1109/CVPR.2006.100
 */
export function pairContrastive(
  engine: Engine,
  a: Tensor,
  b: Tensor,
  labels: readonly number[],
  options: PairContrastiveOptions = {},
): Tensor {
  const margin = options.margin ?? 0.5;
  if (!(margin > 0 && margin <= 2))
    throw new ConfigError("pairContrastive", `margin must be in (0, 2], got ${margin}`, "The paper's is 0.5 or 1.");
  checkEmbeddings({
    who: "pairContrastive",
    embeddings: { a, b },
    sameRows: true,
    todo: "Row i of both must be the two texts of pair i.",
  });
  const wrong = labels.find((y) => y !== 0 && y !== 1);
  if (labels.length !== a.shape[0] || wrong !== undefined)
    throw new InputError(
      "pairContrastive",
      `labels must be ${a.shape[0]} zeros and ones, got ${labels.length}${wrong === undefined ? "" : ` with ${wrong}`}`,
      "Use 1 for a pair that belongs together, 0 for one that does not.",
    );
  const unit = (x: Tensor): Tensor => engine.normalize(engine.cast(x, "float32"));
  const d = engine.add(engine.neg(engine.sum(engine.mul(unit(a), unit(b)), 1)), 1);
  const near = engine.relu(engine.add(engine.neg(d), margin));
  const y = engine.tensor(labels, [labels.length]);
  const together = engine.mul(engine.mul(d, d), y);
  const apart = engine.mul(engine.mul(near, near), engine.add(engine.neg(y), 1));
  return engine.mul(engine.mean(engine.add(together, apart)), 0.5);
}
