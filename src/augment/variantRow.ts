import type { Generator, Parent, SyntheticRow } from "./syntheticRow.ts";

/** What is new in a variant. */
export interface Variant {
  name: string;
  seed: number;
  query: string;
  /** Beside the parent's own. Default: none. */
  pos?: readonly string[];
  neg?: readonly string[];
}

/** A parent's variant as a row: on the parent's side of a split, with the parent's passages and those that are new. */
export function variantRow(parent: Parent, about: Generator["about"], variant: Variant): SyntheticRow {
  const { name, seed, query, pos = [], neg = [] } = variant;
  const both = (own: readonly string[], more: readonly string[]): string[] => [...new Set([...own, ...more])];
  return {
    ...parent,
    id: `${parent.id}+${name}`,
    parent: parent.id,
    variant: name,
    generator: about,
    seed,
    query,
    pos: both(parent.pos, pos),
    neg: both(parent.neg, neg),
  };
}
