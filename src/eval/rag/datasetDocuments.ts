import { Random } from "../../base/random.ts";
import type { Dataset } from "../../data/dataset.ts";
import { longDocuments } from "./longDocuments.ts";
import type { RagSet } from "./ragSet.ts";

/** How a dataset becomes long documents. */
export interface DatasetDocumentsOptions {
  /** The field that holds a row's question. */
  field: string;
  /** Ids of the rows whose questions are asked. Default: all. The passages of the others stand in the documents too. */
  asked?: ReadonlySet<string>;
  /** Passages of a document, at least 1. */
  perDocument: number;
  /** Of the passages' order. */
  seed: number;
}

/**
 * Long documents made of a dataset's passages, as `longDocuments` makes them, by the domains that its card tells. The
 * same seed gives the same documents, whoever is asked.
 *
 * @throws {InputError} a dataset without rows, or perDocument below 1
 */
export function datasetDocuments(dataset: Dataset, options: DatasetDocumentsOptions): RagSet {
  const { field, asked, perDocument, seed } = options;
  const { name, rows, card } = dataset;
  const parts = rows.map((row) => ({
    id: row.id,
    passage: row.passage,
    question: asked === undefined || asked.has(row.id) ? row[field] : "",
    domain: card.domain === undefined ? name : row[card.domain],
  }));
  return longDocuments(parts, perDocument, new Random(seed));
}
