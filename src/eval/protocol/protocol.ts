/** A text that is searched. */
export interface PoolDocument {
  /** Unique in the pool. Among equal scores the document that stands first in the pool comes first. */
  id: string;
  text: string;
}

/** One search of the pool. */
export interface Search {
  id: string;
  text: string;
  /** The place of the searching text in the pool, if it stands there itself. */
  self: number | undefined;
  /** Places of what it should find, each with grade 1. */
  relevant: ReadonlyMap<number, number>;
  /** Searches of one group are not independent: intervals draw them together. */
  group: string;
}

/** A way of measuring, laid out: what is searched for what. The rules of counting follow from its kind. */
export interface Protocol {
  /**
   * `paper`: the searching text stays in the ranking, and one place more is looked at when it is among the first k.
   * `corrected`: the searching text is taken out of the ranking by its id.
   */
  kind: "paper" | "corrected";
  documents: readonly PoolDocument[];
  searches: readonly Search[];
  /** What a model that puts every group together could reach, as far as the protocol lets it; see `paperCeiling`. */
  ceiling: (k: number) => number;
  /** What was left out or merged, and what is unknown, in sentences. */
  notes: readonly string[];
}
