import { ConfigError } from "../base/errors.ts";
import type { Engine, Tensor } from "../engine/engine.ts";
import { checkEmbeddings } from "./checkEmbeddings.ts";

/** Options of `triplet`. */
export interface TripletOptions {
  /** How much farther than the positive a negative should lie, > 0, in the unit of the distance. Default 1, as the paper's. */
  margin?: number;
  /** `euclidean` |a − b| as the paper's (default), or `cosine` 1 − cos(a, b). */
  distance?: "euclidean" | "cosine";
}

// The slope of a square root has no bound at 0: below this squared distance it counts as flat.
const TINY = 1e-12;

/**
 * Triplet loss: mean of relu(d(anchor, positive) − d(anchor, negative) + margin).
 *
 * @param anchor    [N, D] embeddings, taken as they are for the Euclidean distance
 * @param positive  [N, D] row i belongs to anchor i
 * @param negative  [N, D] row i does not
 * @returns         float32 scalar; `margin` when positive and negative are equally far
 * @throws          {ShapeError} when the three differ in shape
 * @throws          {ConfigError} when the margin is not above 0 or the distance is unknown
 * @see             Schroff et al. 2015, arXiv:1503.03832; Euclidean with margin 1 as in mesolitica/llm-embedding
 */
export function triplet(
  engine: Engine,
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletOptions = {},
): Tensor {
  const { margin = 1, distance = "euclidean" } = options;
  if (!(margin > 0) || !Number.isFinite(margin))
    throw new ConfigError("triplet", `margin must be above 0, got ${margin}`, "The paper's is 1.");
  const between = distances[distance];
  if (!between)
    throw new ConfigError("triplet", `distance must be euclidean or cosine, got ${distance}`, "Choose one of the two.");
  checkEmbeddings({
    who: "triplet",
    embeddings: { anchor, positive, negative },
    sameRows: true,
    todo: "Give each anchor exactly one positive and one negative.",
  });
  const [a, p, n] = [anchor, positive, negative].map((x) => engine.cast(x, "float32"));
  const gap = engine.sub(between(engine, a, p), between(engine, a, n));
  return engine.mean(engine.relu(engine.add(gap, margin)));
}

/** Each: [N, D] and [N, D] -> [N] */
const distances: Record<string, ((engine: Engine, a: Tensor, b: Tensor) => Tensor) | undefined> = {
  euclidean(engine, a, b) {
    const difference = engine.sub(a, b);
    return engine.sqrt(engine.maximum(engine.sum(engine.mul(difference, difference), 1), TINY));
  },
  cosine(engine, a, b) {
    const cosine = engine.sum(engine.mul(engine.normalize(a), engine.normalize(b)), 1);
    return engine.add(engine.neg(cosine), 1);
  },
};
