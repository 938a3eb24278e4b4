import { ConfigError } from "../base/errors.ts";
import type { Engine, Tensor } from "../engine/engine.ts";
import { infoNce } from "./infoNce.ts";
import { pairContrastive } from "./pairContrastive.ts";
import { triplet } from "./triplet.ts";

/** A loss by name with its options, as an experiment states it; what is not stated has the paper's value. */
export type LossConfig =
  | { name: "infoNce"; temperature?: number; bothDirections?: boolean }
  | { name: "pairContrastive"; margin?: number }
  | { name: "triplet"; margin?: number; distance?: "euclidean" | "cosine" };

/** Which passages belong to which query of a batch, by row. */
export interface BatchLayout {
  /** For each of Q queries the rows of its positives. */
  positives: readonly (readonly number[])[];
  /** For each query the rows of the negatives that were given for it (mined ones). */
  negatives: readonly (readonly number[])[];
  /** [Q * P], row-major: 1 where a passage must not count as a negative of a query. */
  ignore?: Uint8Array;
}

/** A loss over a batch of queries and passages. */
export interface Loss {
  /** The configuration with all defaults filled in. */
  readonly config: Readonly<Required<LossConfig>>;
  /** Must queries bring negatives of their own: `none` (other passages of the batch serve), `some` query, or `each`? */
  readonly needsNegatives: "none" | "some" | "each";
  /** queries [Q, D], passages [P, D] -> float32 scalar */
  compute(engine: Engine, queries: Tensor, passages: Tensor, layout: BatchLayout): Tensor;
}

/**
 * The loss that a configuration names.
 *
 * @throws {ConfigError} for an unknown name (with the list of names) or an unknown option (with the list of options)
 */
export function lossOf(config: LossConfig): Loss {
  const known = LOSSES[config.name];
  if (!known)
    throw new ConfigError(
      "loss",
      `unknown loss \`${config.name}\``,
      `Known losses: ${Object.keys(LOSSES).join(", ")}.`,
    );
  const defaults = known({}).config;
  const stray = Object.keys(config).find((key) => !(key in defaults));
  if (stray !== undefined)
    throw new ConfigError(
      `loss ${config.name}`,
      `unknown option \`${stray}\``,
      `Known options: ${Object.keys(defaults).slice(1).join(", ")}.`,
    );
  return known(Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)));
}

const LOSSES: Record<string, ((given: object) => Loss) | undefined> = {
  infoNce(given) {
    const config = { name: "infoNce" as const, temperature: 0.02, bothDirections: false, ...given };
    return {
      config,
      needsNegatives: "none",
      compute: (engine, q, p, { positives, ignore }) => infoNce(engine, q, p, { ...config, positives, ignore }),
    };
  },
  pairContrastive(given) {
    const config = { name: "pairContrastive" as const, margin: 0.5, ...given };
    return {
      config,
      needsNegatives: "some",
      compute(engine, q, p, { positives, negatives }) {
        const pairs = [...flat(positives, 1), ...flat(negatives, 0)];
        const a = rows(
          engine,
          q,
          pairs.map((x) => x.query),
        );
        const b = rows(
          engine,
          p,
          pairs.map((x) => x.passage),
        );
        return pairContrastive(
          engine,
          a,
          b,
          pairs.map((x) => x.label),
          config,
        );
      },
    };
  },
  triplet(given) {
    const config = { name: "triplet" as const, margin: 1, distance: "euclidean" as const, ...given };
    return {
      config,
      needsNegatives: "each",
      compute(engine, q, p, { positives, negatives }) {
        const pairs = flat(positives, 1).flatMap((pair) =>
          negatives[pair.query].map((negative) => ({ ...pair, negative })),
        );
        const a = rows(
          engine,
          q,
          pairs.map((x) => x.query),
        );
        const near = rows(
          engine,
          p,
          pairs.map((x) => x.passage),
        );
        return triplet(
          engine,
          a,
          near,
          rows(
            engine,
            p,
            pairs.map((x) => x.negative),
          ),
          config,
        );
      },
    };
  },
};

/** (query row, passage row) of every listed passage, with one label for all. */
function flat(
  lists: readonly (readonly number[])[],
  label: number,
): { query: number; passage: number; label: number }[] {
  return lists.flatMap((list, query) => list.map((passage) => ({ query, passage, label })));
}

const rows = (engine: Engine, x: Tensor, ids: readonly number[]): Tensor =>
  engine.indexSelect(x, 0, engine.tensor(ids, [ids.length], "int64"));
