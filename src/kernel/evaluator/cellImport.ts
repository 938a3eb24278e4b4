/** What a cell imports, as the hooks' thread learns it: written as JSON into the specifier behind `CELL_IMPORT`. */
export interface CellImport {
  specifier: string;
  /** URL of a file in the notebook's folder, from which relative specifiers count. */
  from: string;
  /** How often the reader has asked for `%reload`. */
  reloads: number;
}

/** Marks a specifier as a cell's. */
export const CELL_IMPORT = "sulam-cell:";

/** URL of the module that stands for tslab. */
export const TSLAB_URL = "sulam-tslab:display";

/** Query parameter by which the versions of a reloaded project file differ. */
export const VERSION = "sulam-version";
