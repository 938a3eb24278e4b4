import { InputError } from "../../base/errors.ts";
import type { SimilarityRow } from "../../data/readPoolRows.ts";
import { paperCeiling } from "./paperCeiling.ts";
import type { Protocol, Search } from "./protocol.ts";
import { checkRowIds, TextPool } from "./textPool.ts";

/** Rows whose texts make up the pool, of the paper's protocol and of the corrected one. */
export const POOL_ROWS = 1000;

/**
 * The similarity protocol of the notebooks behind arXiv 2402.03053, exactly: the pool is the distinct texts of the
 * first 1,000 rows; each positive that stands in the pool retrieves its row's one query string, of every row, also of
 * later ones, whose query happens to be in the pool. Its other positives count as misses.
 *
 * @throws {InputError} no rows, duplicate ids, no positive that can search
 * @see mesolitica/llm-embedding test-set/test-sample-b.cari.com.my.ipynb (pool), benchmark/*.ipynb (search)
 */
export function paperSimilarity(rows: readonly SimilarityRow[]): Protocol {
  checkRowIds("paperSimilarity", rows);
  const pool = new TextPool();
  for (const { id, query, pos, neg } of rows.slice(0, POOL_ROWS)) {
    pool.add(query, `${id}/query`);
    for (const [i, text] of pos.entries()) pool.add(text, `${id}/pos${i}`);
    for (const [i, text] of neg.entries()) pool.add(text, `${id}/neg${i}`);
  }
  const searches: Search[] = [];
  const rivals: number[] = [];
  const lost = { rows: 0, positives: 0, later: 0 };
  for (const [place, { id, query, pos, group, topic = group }] of rows.entries()) {
    const target = pool.place(query);
    if (target === undefined) {
      lost.rows++;
      continue;
    }
    const places = pos.map((text) => pool.place(text));
    const family = new Set([target, ...places.filter((found) => found !== undefined)]);
    for (const [i, self] of places.entries()) {
      if (self === undefined) {
        lost.positives++;
        continue;
      }
      if (place >= POOL_ROWS) lost.later++;
      searches.push({ id: `${id}/pos${i}`, text: pos[i], self, relevant: new Map([[target, 1]]), group: topic });
      rivals.push(self === target ? 1 : family.size - 1);
    }
  }
  if (searches.length === 0)
    throw new InputError("paperSimilarity", "no positive stands in the pool", "Give rows with a list `pos`.");
  return {
    kind: "paper",
    documents: pool.documents,
    searches,
    ceiling: (k) => paperCeiling(rivals, k),
    notes: [
      `The pool is the ${pool.documents.length} distinct texts of the first ${Math.min(POOL_ROWS, rows.length)} of ${rows.length} rows.`,
      `${searches.length} positives search, ${lost.later} of them of later rows whose query is in the pool; left out, as ` +
        `the original does: ${lost.rows} rows whose query is not in the pool, ${lost.positives} positives that are not.`,
      "The original dropped every text whose encoding failed (`except: pass`) from pool and searches, and kept no list " +
        "of them; here a text that fails is an error.",
      "Equal scores: the original's order is arbitrary (argsort, reversed); here the text that came first stands first.",
    ],
  };
}
