import { InputError, ShapeError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import type { Vectors } from "../base/vectors.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/openEngine.ts";
import type { Encoder } from "../search/encoder.ts";
import type { MiningPool } from "./miningPool.ts";

/** Vectors in place of a model, in the order of `miningTexts`. */
export interface MiningVectors {
  /** [Q, D] */
  queries: Vectors;
  /** [N, D] */
  passages: Vectors;
  /** Where they are compared; default: the engine that `openEngine` gives. */
  engine?: Engine;
}

/** What is put before the texts. */
export interface MiningPrompts {
  /** Put before each query when it is encoded, such as `query: `. */
  queryPrompt?: string;
  /** Put before each passage when it is encoded. */
  passagePrompt?: string;
  onProgress?: OnProgress;
}

/**
 * The vectors of a pool: encoded, or those given.
 *
 * @throws {ShapeError} not one vector for each text, or two widths
 * @throws {InputError} prompts for vectors that are already there
 */
export async function miningVectors(
  source: Encoder | MiningVectors,
  { queries, texts }: MiningPool,
  { queryPrompt = "", passagePrompt = "", onProgress }: MiningPrompts,
): Promise<Required<MiningVectors>> {
  const engine = source.engine ?? (await openEngine());
  if ("encode" in source) {
    const total = texts.length + queries.length;
    const after = (before: number): OnProgress | undefined =>
      onProgress && ((state) => onProgress({ ...state, done: before + state.done, total }));
    const asPassages = passagePrompt === "" ? texts : texts.map((text) => passagePrompt + text);
    const passages = await source.encode(asPassages, { onProgress: after(0) });
    const asked = await source.encode(
      queries.map(({ text }) => queryPrompt + text),
      { onProgress: after(texts.length) },
    );
    return { engine, passages, queries: asked };
  }
  if (queryPrompt !== "" || passagePrompt !== "")
    throw new InputError(
      "mineHardNegatives",
      "prompts cannot be put before texts that are vectors already",
      "Encode the texts with their prompts, or mine with a model.",
    );
  for (const [what, vectors, wanted] of [
    ["queries", source.queries, queries.length],
    ["passages", source.passages, texts.length],
  ] as const)
    if (vectors.n !== wanted)
      throw new ShapeError(
        "mineHardNegatives",
        `there are ${wanted} distinct ${what}, got vectors of ${vectors.n}`,
        "Encode the texts in the order that miningTexts gives.",
      );
  return { engine, passages: source.passages, queries: source.queries };
}
