import type { Vectors } from "../base/vectors.ts";
import type { ChunkSettings } from "../data/chunkText.ts";

/** One passage of a file. */
export interface Passage {
  /** Path below the indexed folder, with `/`; for a single file its name. */
  file: string;
  /** Lines of its first and last character in the file, from 1. */
  line: number;
  endLine: number;
  text: string;
}

/** A file as it was when it was read. */
export interface IndexedFile {
  path: string;
  size: number;
  mtimeMs: number;
  passages: number;
}

/** The model that made the vectors. */
export interface IndexModel {
  /** What it was called: a folder, a registered name, a Hub name. */
  name: string;
  /** Equal only for models that give the same vectors. */
  identity: string;
  /** Tokens of a text at most. */
  maxLength: number;
}

/** What `index.json` says. */
export interface IndexManifest {
  format: 1;
  /** Folder or file that is indexed, absolute. */
  source: string;
  model: IndexModel;
  chunks: ChunkSettings;
  /** Name of the folder beside it that holds `passages.jsonl` and `vectors.npy`. */
  content: string;
  files: IndexedFile[];
}

/** An index in memory; row i of the vectors is passage i. */
export interface TextIndex {
  manifest: IndexManifest;
  passages: Passage[];
  vectors: Vectors;
}

/** The greatest number of its kind that this version reads. */
export const INDEX_FORMAT = 1;
