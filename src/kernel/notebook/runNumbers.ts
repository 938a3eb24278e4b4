import { type Cell, hasTag, type Notebook } from "./notebook.ts";

/**
 * The number of each cell that a run from top to bottom executes: what Jupyter then shows as `[1]`, and a stack trace
 * as `cell1.ts`. Text, empty cells and those tagged `skip-execution` have none.
 */
export function runNumbers({ cells }: Notebook): Map<Cell, number> {
  const run = cells.filter(
    (cell) => cell.cell_type === "code" && cell.source.trim() !== "" && !hasTag(cell, "skip-execution"),
  );
  return new Map(run.map((cell, i) => [cell, i + 1]));
}
