import { compareOutputs, type OutputDifference } from "./compareOutputs.ts";
import type { TextRules } from "./compareText.ts";
import { needOutputs } from "./needOutputs.ts";
import { hasTag, type Notebook } from "./notebook.ts";
import { runNumbers } from "./runNumbers.ts";

/** A cell whose outputs are not the stored ones. */
export interface CellDifference {
  /** In the fresh notebook, as in `runNumbers`. */
  number: number;
  id: string;
  differences: OutputDifference[];
}

/**
 * Compares the outputs of a notebook that has just run with the stored ones, cell by cell (by id). A cell tagged
 * `nbval-ignore-output` may say anything; one that is not in the stored notebook (injected parameters) counts as silent
 * there. Cells that do not run are not compared.
 *
 * @throws {InputError} the stored notebook has no outputs at all, which would make any run pass or fail by accident
 */
export function compareNotebooks(stored: Notebook, fresh: Notebook, rules: TextRules, who: string): CellDifference[] {
  const before = new Map(stored.cells.filter((cell) => cell.cell_type === "code").map((cell) => [cell.id, cell]));
  needOutputs(stored, who);
  const numbers = runNumbers(fresh);
  return fresh.cells.flatMap((cell) => {
    const number = numbers.get(cell);
    if (cell.cell_type !== "code" || number === undefined || hasTag(cell, "nbval-ignore-output")) return [];
    const differences = compareOutputs(before.get(cell.id)?.outputs ?? [], cell.outputs, rules);
    return differences.length === 0 ? [] : [{ number, id: cell.id, differences }];
  });
}
