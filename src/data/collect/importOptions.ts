import type { OnProgress } from "../../base/progress.ts";
import type { FieldNames } from "./collectRow.ts";
import type { TextUnit } from "./looseRows.ts";

/** How `importDataset` collects. */
export interface ImportOptions {
  /** The dataset's folder, which must not exist yet. */
  folder: string;
  /** SPDX identifier where there is one, or `unknown`. */
  licence: string;
  /** Where the data come from, in words or as an address. */
  source: string;
  /** Default: the folder's name. */
  name?: string;
  summary?: string;
  /** Which fields of the sources are what. */
  fields?: FieldNames;
  /** What a passage of a text file is. Default: a line. */
  unit?: TextUnit;
  /** Least Jaccard similarity of near duplicates; `null` looks for exact ones only. Default .8. */
  near?: number | null;
  /** Whether personal data are masked. Default true. */
  mask?: boolean;
  /** Whether every row gets an id of its own, FILE-LINE, whatever its source calls it. Default false. */
  newIds?: boolean;
  /** Whether rows that name no split take the one that their file's name tells, see `splitOfName`. Default false. */
  splitsFromNames?: boolean;
  /** Checked at every row. */
  signal?: AbortSignal;
  /** Files done. */
  onProgress?: OnProgress;
}
