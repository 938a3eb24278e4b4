import { InputError } from "../base/errors.ts";
import type { Example } from "../data/examplesFrom.ts";
import { normalizeText } from "./normalizeText.ts";

/** A passage that may become a negative. */
export interface MiningPassage {
  text: string;
  /** The topic; default: that of an example which has the text as a positive. */
  group?: string;
}

/** One query, however many examples ask it. */
export interface MiningQuery {
  text: string;
  /** The examples that ask it. */
  examples: number[];
  /** Places of its positives in the pool. */
  positives: Set<number>;
  /** Places of other passages of its groups, when those are to be dropped. */
  siblings: Set<number>;
}

/** Distinct queries, and the distinct texts that they search. */
export interface MiningPool {
  texts: string[];
  queries: MiningQuery[];
}

/**
 * The passages and all positives as one list without repetition (equal after `normalizeText`; the first wins), and the
 * examples by query: what answers a query in one example is no negative for it in another.
 *
 * @throws {InputError} no examples, an example without query or positive, or without a group when `dropGroup` is on
 */
export function miningPool(
  examples: readonly Example[],
  passages: readonly MiningPassage[],
  dropGroup: boolean,
): MiningPool {
  if (examples.length === 0) throw new InputError("mineHardNegatives", "there are no examples", "Give at least one.");
  const places = new Map<string, number>();
  const texts: string[] = [];
  const members = new Map<string, Set<number>>();
  const add = (text: string, group: string | undefined): number => {
    const key = normalizeText(text);
    const place = places.get(key) ?? texts.push(text) - 1;
    places.set(key, place);
    if (group !== undefined) members.set(group, (members.get(group) ?? new Set()).add(place));
    return place;
  };
  for (const { text, group } of passages) add(text, group);

  const queries = new Map<string, MiningQuery>();
  for (const [i, { query: text, pos, group }] of examples.entries()) {
    check(examples[i], i, dropGroup);
    const query = queries.get(text) ?? { text, examples: [], positives: new Set(), siblings: new Set() };
    queries.set(text, query);
    query.examples.push(i);
    for (const positive of pos) query.positives.add(add(positive, group));
  }
  if (dropGroup)
    for (const query of queries.values())
      for (const i of query.examples)
        for (const place of members.get(examples[i].group!)!)
          if (!query.positives.has(place)) query.siblings.add(place);
  return { texts, queries: [...queries.values()] };
}

function check({ query, pos, group }: Example, i: number, dropGroup: boolean): void {
  if (typeof query !== "string" || !Array.isArray(pos) || pos.length === 0)
    throw new InputError("mineHardNegatives", `example ${i} must have a query and at least one positive`, "Mend it.");
  if (dropGroup && group === undefined)
    throw new InputError(
      "mineHardNegatives",
      `dropGroup needs each example's group, example ${i} has none`,
      "Give examples a `group`, or turn dropGroup off.",
    );
}
