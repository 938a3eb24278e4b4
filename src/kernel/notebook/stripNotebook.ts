import type { Cell, Notebook } from "./notebook.ts";

/** What running or viewing leaves in a cell's metadata. */
const volatileInCell = ["ExecuteTime", "collapsed", "execution", "papermill", "scrolled"];
/** The same in the notebook's. */
const volatileInNotebook = ["papermill", "widgets", "toc", "varInspector"];

/**
 * A notebook as its author wrote it: without outputs, execution counts and what a run left in the metadata (times,
 * papermill's notes, widget states, the exact version of the language), so that version control
 * shows only what somebody changed. Doing it twice changes nothing more.
 */
export function stripNotebook(notebook: Notebook): Notebook {
  const metadata = without(notebook.metadata, volatileInNotebook);
  const info = metadata.language_info;
  if (typeof info === "object" && info !== null) metadata.language_info = without(info, ["version"]);
  return { ...notebook, metadata, cells: notebook.cells.map(stripCell) };
}

function stripCell(cell: Cell): Cell {
  const metadata = without(cell.metadata, volatileInCell);
  return cell.cell_type === "code" ? { ...cell, metadata, outputs: [], execution_count: null } : { ...cell, metadata };
}

function without(fields: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
