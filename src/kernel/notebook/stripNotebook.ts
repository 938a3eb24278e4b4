import type { Cell, Notebook } from "./notebook.ts";

/** What running or viewing leaves in a cell's metadata. */
const volatileInCell = ["ExecuteTime", "collapsed", "execution", "papermill", "scrolled"];
/** The same in the notebook's. */
const volatileInNotebook = ["papermill", "widgets", "toc", "varInspector"];

/**
 * A notebook as its author wrote it: without outputs, execution counts and what a run left in the metadata (times,
 * papermill's notes, widget states, the exact version of the language), so that version control shows only what
 * somebody changed. Doing it twice changes nothing more.
 */
export function stripNotebook(notebook: Notebook): Notebook {
  return { ...notebook, metadata: steadyMetadata(notebook), cells: notebook.cells.map(stripCell) };
}

/** A notebook's metadata without what a run leaves there. */
export function steadyMetadata(notebook: Notebook): Record<string, unknown> {
  const metadata = without(notebook.metadata, volatileInNotebook);
  const info = metadata.language_info;
  if (typeof info === "object" && info !== null) metadata.language_info = without(info, ["version"]);
  return metadata;
}

/** A cell's metadata without what a run leaves there. */
export function steadyCellMetadata(cell: Cell): Record<string, unknown> {
  return without(cell.metadata, volatileInCell);
}

function stripCell(cell: Cell): Cell {
  const metadata = steadyCellMetadata(cell);
  return cell.cell_type === "code" ? { ...cell, metadata, outputs: [], execution_count: null } : { ...cell, metadata };
}

function without(fields: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
