import { Checker } from "../supervisor/checker.ts";
import { CheckerProcess } from "../supervisor/checkerProcess.ts";
import { childProgram } from "../supervisor/childProgram.ts";
import { hasTag, type Notebook } from "./notebook.ts";

/** One error of a notebook, where it stands. */
export interface CellProblem {
  /** Place of the cell in the notebook, from 1, text cells counted. */
  cell: number;
  id: string;
  /** From 1, the column in UTF-16 code units. */
  line: number;
  column: number;
  message: string;
}

/**
 * Type-checks the code cells of a notebook in order without running them, each as if all before it had run. A cell
 * tagged `raises-exception` may be wrong on purpose, and its errors are not told.
 *
 * @param cwd the folder that relative imports start from
 * @throws {CheckerFailure} the type checker died twice
 */
export async function checkNotebook(notebook: Notebook, cwd: string): Promise<CellProblem[]> {
  const checker = new Checker(() => new CheckerProcess(childProgram("checker")), cwd);
  const problems: CellProblem[] = [];
  try {
    for (const [i, cell] of notebook.cells.entries()) {
      if (cell.cell_type !== "code" || cell.source.trim() === "") continue;
      const { problem, places } = await checker.check(i + 1, cell.source);
      const unplaced = problem ? [{ line: 1, column: 1, message: `${problem.ename}: ${problem.evalue}` }] : [];
      if (!hasTag(cell, "raises-exception"))
        for (const place of places?.length ? places : unplaced) problems.push({ cell: i + 1, id: cell.id, ...place });
      await checker.commit(i + 1);
    }
  } finally {
    checker.stop();
  }
  return problems;
}
