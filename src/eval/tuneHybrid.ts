import type { DatasetPart } from "../data/dataset.ts";
import { openEngine } from "../engine/openEngine.ts";
import type { Bm25 } from "../search/bm25.ts";
import { type ChosenWeight, chooseHybridWeight, type WeightQuery } from "../search/chooseHybridWeight.ts";
import { cosineRows } from "../search/cosineRows.ts";
import type { Encoder } from "../search/encoder.ts";
import { Copies } from "./copies.ts";

/**
 * Chooses one weight for a hybrid by all queries of a split, over all passages of the dataset (see `chooseHybridWeight`).
 *
 * @param lexical BM25 over `dev.passages`, in their order
 * @param dev     the dev split: never the one that is reported
 * @param fields  query fields that count, each query once
 * @throws {InputError} a split without queries in these fields
 */
export async function tuneHybrid(
  dense: Encoder,
  lexical: Bm25,
  dev: DatasetPart,
  fields: readonly string[] = dev.queryFields,
): Promise<ChosenWeight> {
  const places = new Map(dev.passages.map(({ id }, place) => [id, place]));
  const copies = new Copies(dev.passages.map(({ text }) => text));
  const asked = fields.flatMap((field) =>
    dev.rows.filter((row) => row[field]).map((row) => ({ row, text: row[field] })),
  );
  const engine = dense.engine ?? (await openEngine());
  if (asked.length === 0) return chooseHybridWeight([]);
  const passages = await dense.encode(dev.passages.map(({ text }) => text));
  const queries = await dense.encode(asked.map(({ text }) => text));
  const weighed = (function* (): Generator<WeightQuery> {
    for (const { query, scores } of cosineRows(engine, queries, passages)) {
      const { row, text } = asked[query];
      yield { dense: scores, lexical: lexical.scores(text), relevant: copies.all(places.get(row.id)!) };
    }
  })();
  return chooseHybridWeight(weighed);
}
