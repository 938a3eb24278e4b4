import { type Cell, type CodeCell, hasTag, type Notebook, type Output } from "./notebook.ts";

/** What running or viewing leaves in a cell's metadata: nbstripout 0.9's list, and papermill's notes. */
const volatileInCell = [
  "ExecuteTime",
  "collapsed",
  "execution",
  "heading_collapsed",
  "hidden",
  "papermill",
  "scrolled",
];
/** The same in the notebook's. */
const volatileInNotebook = ["papermill", "widgets", "toc", "varInspector"];

/**
 * A notebook as its author wrote it: without outputs, execution counts and what a run left in the metadata (times,
 * papermill's notes, widget states, the exact version of the language), so that version control shows only what
 * somebody changed. Doing it twice changes nothing more.
 *
 * As with nbstripout, `language_info` stays, for viewers that colour the code by it (its version goes, which nbstripout
 * leaves), and so do the outputs of a cell with the tag, or the metadata field, `keep_output`.
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
  if (cell.cell_type !== "code") return { ...cell, metadata };
  return {
    ...cell,
    metadata,
    outputs: keepsOutputs(cell) ? cell.outputs.map(withoutCount) : [],
    execution_count: null,
  };
}

function keepsOutputs(cell: CodeCell): boolean {
  return hasTag(cell, "keep_output") || cell.metadata.keep_output === true;
}

function withoutCount(output: Output): Output {
  return output.output_type === "execute_result" ? { ...output, execution_count: null } : output;
}

function without(fields: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
