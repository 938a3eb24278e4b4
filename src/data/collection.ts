/** A file that went into a dataset. */
export interface CollectedSource {
  file: string;
  /** Of its bytes, lower-case hex. */
  sha256: string;
  /** Rows that were read from it, duplicates among them. */
  rows: number;
  /** Rows that could not be read. */
  rejected: number;
}

/** Lengths of a field's texts in characters (UTF-16 code units), as quantiles by nearest rank. */
export interface Lengths {
  min: number;
  p5: number;
  p25: number;
  median: number;
  p75: number;
  p95: number;
  max: number;
}

/** What a dataset's texts are like, as `sulam data card --write` counts it. */
export interface TextFacts {
  /** Field -> language of its texts -> how many; `und` where it could not be told. Of passages and queries. */
  languages: Record<string, Record<string, number>>;
  /** Of passages and queries. */
  lengths: Record<string, Lengths>;
  groups: number;
}

/** How a dataset was collected: the part of a card that `sulam data import` writes. */
export interface CollectionRecord extends Partial<TextFacts> {
  sources: CollectedSource[];
  /** Rows set aside in `rejected.jsonl`, each with its file, line, reason and text. */
  rejected: number;
  /** Rows removed, listed in `duplicates.jsonl`, and least Jaccard similarity of near ones (`null`: not looked for). */
  duplicates: { exact: number; near: number; threshold: number | null; unchecked: number };
  /** What was replaced in the texts, or `null` when that was not wanted. */
  masked: { email: number; identityCard: number; phone: number } | null;
  /** Fields of the sources that hold lists or objects, and how many rows had them: they were left behind. */
  leftOut: Record<string, number>;
}
