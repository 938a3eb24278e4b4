import { Checker } from "../supervisor/checker.ts";
import { CheckerProcess } from "../supervisor/checkerProcess.ts";
import { childProgram } from "../supervisor/childProgram.ts";
import { hasTag, type Notebook } from "./notebook.ts";

const lenient = "%check off";

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
 * tagged `raises-exception` may be wrong on purpose: its errors are not told, and it then declares nothing. Nor are
 * those after `%check off`.
 *
 * @param cwd the folder that relative imports start from
 * @throws {CheckerFailure} the type checker died twice
 */
export async function checkNotebook(notebook: Notebook, cwd: string): Promise<CellProblem[]> {
  const checker = new Checker(() => new CheckerProcess(childProgram("checker")), cwd);
  const problems: CellProblem[] = [];
  let isChecked = true;
  try {
    // an error must not keep what its cell declares from the cells after it, as it does where cells run
    await checker.check(0, lenient);
    for (const [i, cell] of notebook.cells.entries()) {
      if (cell.cell_type !== "code" || cell.source.trim() === "") continue;
      isChecked = magicOf(cell.source) ?? isChecked;
      const { problem, places } = await checker.check(i + 1, cell.source);
      const unplaced = problem ? [{ line: 1, column: 1, message: `${problem.ename}: ${problem.evalue}` }] : [];
      const found = places?.length ? places : unplaced;
      const isWrongOnPurpose = hasTag(cell, "raises-exception") && found.length > 0;
      if (isChecked && !isWrongOnPurpose)
        for (const place of found) problems.push({ cell: i + 1, id: cell.id, ...place });
      if (!isWrongOnPurpose) await checker.commit(i + 1);
      if (magicOf(cell.source) === true) await checker.check(0, lenient);
    }
  } finally {
    checker.stop();
  }
  return problems;
}

/** What the cell's last `%check` asks for. */
function magicOf(source: string): boolean | undefined {
  const last = [...source.matchAll(/^\s*%check\s+(on|off)\s*$/gm)].at(-1);
  return last && last[1] === "on";
}
