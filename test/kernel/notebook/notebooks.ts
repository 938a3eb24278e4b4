import type { CodeCell, Notebook, TextCell } from "../../../src/kernel/notebook/notebook.ts";

/** A code cell for tests; its id is of its place when `notebook` makes the notebook. */
export function code(source: string, tags?: string[]): CodeCell {
  const metadata = tags === undefined ? {} : { tags };
  return { cell_type: "code", id: "", metadata, source, execution_count: null, outputs: [] };
}

/** A markdown cell. */
export function text(source: string): TextCell {
  return { cell_type: "markdown", id: "", metadata: {}, source };
}

/** A notebook of these cells, with ids `c1`, `c2` and so on where they have none. */
export function notebook(...cells: (CodeCell | TextCell)[]): Notebook {
  const named = cells.map((cell, i) => ({ ...cell, id: cell.id || `c${i + 1}` }));
  return { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: named };
}
