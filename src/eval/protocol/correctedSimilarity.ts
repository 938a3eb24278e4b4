import { InputError } from "../../base/errors.ts";
import type { SimilarityRow } from "../../data/readPoolRows.ts";
import { comparableText } from "./comparableText.ts";
import { Families } from "./families.ts";
import { POOL_ROWS } from "./paperSimilarity.ts";
import type { Protocol, Search } from "./protocol.ts";
import { checkRowIds, TextPool } from "./textPool.ts";

/**
 * The similarity task measured soundly, on the paper's pool (its first 1,000 rows): texts that are equal to a reader are
 * one document; each positive searches once, is itself taken out of its ranking by id, and finds any text of its groups:
 * the query and the other positives of every row (and named group) that it stands in, later rows included.
 *
 * @throws {InputError} no rows, duplicate ids, no positive with another text in its group
 */
export function correctedSimilarity(rows: readonly SimilarityRow[]): Protocol {
  checkRowIds("correctedSimilarity", rows);
  const pool = new TextPool(comparableText);
  const exact = new Set<string>();
  const families = new Families();
  // the same by topic: what intervals draw together
  const kin = new Families();
  const note = (group: string, topic: string, places: readonly number[]): void => {
    families.add(group, places);
    for (const name of new Set([group, topic])) kin.add(name, places);
  };
  const positives = new Map<number, { id: string; topic: string }>();
  for (const { id, query, pos, neg, group, topic = group } of rows.slice(0, POOL_ROWS)) {
    const places = [pool.add(query, `${id}/query`), ...pos.map((text, i) => pool.add(text, `${id}/pos${i}`))];
    note(group, topic, places);
    for (const i of pos.keys())
      if (!positives.has(places[i + 1])) positives.set(places[i + 1], { id: `${id}/pos${i}`, topic });
    for (const [i, text] of neg.entries()) pool.add(text, `${id}/neg${i}`);
    for (const text of [query, ...pos, ...neg]) exact.add(text);
  }
  for (const { query, pos, group, topic = group } of rows.slice(POOL_ROWS)) {
    const places = [query, ...pos].map((text) => pool.place(text)).filter((place) => place !== undefined);
    note(group, topic, places);
  }
  const clusters = kin.clusters();
  const searches: Search[] = [];
  for (const [self, { id, topic }] of positives) {
    const relatives = families.relatives(self);
    if (relatives.size === 0) continue;
    const relevant = new Map([...relatives].map((place) => [place, 1]));
    // the document's own wording, which may be another copy's
    searches.push({ id, text: pool.documents[self].text, self, relevant, group: clusters.get(topic) as string });
  }
  if (searches.length === 0)
    throw new InputError("correctedSimilarity", "no positive has another text in its group", "Give rows with `pos`.");
  const { length } = pool.documents;
  return {
    kind: "corrected",
    documents: pool.documents,
    searches,
    ceiling: () => 1,
    notes: [
      `The pool is fixed: the ${length} documents of the first ${Math.min(POOL_ROWS, rows.length)} of ${rows.length} rows, ` +
        `after ${exact.size - length} texts were merged with one that differs in case, punctuation, spaces or Unicode form only.`,
      `${searches.length} positives search; ${positives.size - searches.length} were left out, since their group has no ` +
        "other text after merging.",
    ],
  };
}
