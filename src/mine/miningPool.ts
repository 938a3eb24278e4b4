import { InputError } from "../base/errors.ts";
import type { Example } from "../data/examplesFrom.ts";
import { UniqueIds } from "../data/uniqueIds.ts";
import { checkExample } from "./checkExample.ts";
import { normalizeText } from "./normalizeText.ts";

/** A passage that may become a negative. */
export interface MiningPassage {
  text: string;
  /** The topic; default: that of an example which has the text as a positive. */
  group?: string;
  /** Where one passage has an id all must, and the examples' `posIds` must be among them. */
  id?: string;
}

/** Which texts are one and the same: those equal after `normalizeText`, or to the letter. */
export type SameText = "normalized" | "exact";

/** One query, however many examples ask it. */
export interface MiningQuery {
  text: string;
  /** The examples that ask it. */
  examples: number[];
  /** Places of its positives in the pool. */
  positives: Set<number>;
  /** The texts of `positives` as the examples have them, in the same order. */
  positiveTexts: string[];
  /** Pairs of it and a positive, repeated ones too. */
  pairs: number;
  /** Places of other passages of its groups, when those are to be dropped. */
  siblings: Set<number>;
}

/** Distinct queries, and the distinct texts that they search. */
export interface MiningPool {
  texts: string[];
  queries: MiningQuery[];
}

/**
 * The passages and all positives as one list without repetition (the first of equal ones wins), and the examples by
 * query: what answers a query in one example is no negative for it in another.
 *
 * @throws {InputError} no examples, an example without query or positive, or without a group when `dropGroup` is on; a
 *                      passage without an id where others have one, an id twice, an example's id that no passage has
 */
export function miningPool(
  examples: readonly Example[],
  passages: readonly MiningPassage[],
  dropGroup: boolean,
  sameText: SameText = "normalized",
): MiningPool {
  if (examples.length === 0) throw new InputError("mineHardNegatives", "there are no examples", "Give at least one.");
  checkIds(examples, passages);
  const places = new Map<string, number>();
  const texts: string[] = [];
  const members = new Map<string, Set<number>>();
  const add = (text: string, group: string | undefined): number => {
    const key = sameText === "exact" ? text : normalizeText(text);
    const place = places.get(key) ?? texts.push(text) - 1;
    places.set(key, place);
    if (group !== undefined) members.set(group, (members.get(group) ?? new Set()).add(place));
    return place;
  };
  for (const { text, group } of passages) add(text, group);

  const queries = new Map<string, MiningQuery>();
  for (const [i, { query: text, pos, group }] of examples.entries()) {
    checkExample(examples[i], i, dropGroup);
    const query = queries.get(text) ?? emptyQuery(text);
    queries.set(text, query);
    query.examples.push(i);
    query.pairs += pos.length;
    for (const positive of pos) {
      const place = add(positive, group);
      if (!query.positives.has(place)) query.positiveTexts.push(positive);
      query.positives.add(place);
    }
  }
  if (dropGroup)
    for (const query of queries.values())
      for (const i of query.examples)
        for (const place of members.get(examples[i].group!)!)
          if (!query.positives.has(place)) query.siblings.add(place);
  return { texts, queries: [...queries.values()] };
}

function emptyQuery(text: string): MiningQuery {
  return { text, examples: [], positives: new Set(), positiveTexts: [], pairs: 0, siblings: new Set() };
}

function checkIds(examples: readonly Example[], passages: readonly MiningPassage[]): void {
  if (passages.every(({ id }) => id === undefined)) return;
  const ids = new UniqueIds();
  for (const [i, { id }] of passages.entries()) {
    if (id === undefined)
      throw new InputError("mineHardNegatives", `passage ${i} has no id, others have one`, "Give all one, or none.");
    ids.add(id, `passage ${i}`);
  }
  for (const [i, { posIds = [] }] of examples.entries())
    for (const id of posIds)
      if (!ids.has(id))
        throw new InputError(
          "mineHardNegatives",
          `example ${i} has the positive ${JSON.stringify(id)}, which is no id of the ${passages.length} passages`,
          "Add the passage, or remove the example.",
        );
}
