import type { IndexedRow } from "./duplicateIndex.ts";

/** A row on its way into a dataset. */
export interface CollectedRow extends IndexedRow {
  /** The source's own, if it had one. */
  id?: string;
  /** Query fields and label fields by name, none empty. */
  fields: Record<string, string>;
  /** Names of those among `fields` that are queries, in the order of `queries`. */
  asked: string[];
  /** Hard negatives that came with the query. */
  neg?: string[];
  /** train, dev or test, where the source said so. */
  split?: string;
}
