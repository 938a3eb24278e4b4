import { Checker } from "../supervisor/checker.ts";
import { CheckerProcess } from "../supervisor/checkerProcess.ts";
import { childProgram } from "../supervisor/childProgram.ts";
import { hasTag, type Notebook } from "./notebook.ts";
import { runNumbers } from "./runNumbers.ts";

/** One error of a notebook, where it stands. */
export interface CellProblem {
  /** As in `runNumbers`: what Jupyter shows as `[1]` after a run. */
  cell: number;
  id: string;
  /** From 1, the column in UTF-16 code units. */
  line: number;
  column: number;
  message: string;
  /** A `warning` is a type error after `%check off`, with which the cell runs. */
  severity: "error" | "warning";
}

/**
 * Type-checks the cells of a notebook that a run executes, in order and without running them, each as if all before it
 * had run. A cell tagged `raises-exception` may be wrong on purpose: its errors are not told, and it then declares
 * nothing. After `%check off` type errors are warnings; what is no TypeScript is always an error.
 *
 * @param cwd the folder that relative imports start from
 * @throws {CheckerFailure} the type checker died twice
 */
export async function checkNotebook(notebook: Notebook, cwd: string): Promise<CellProblem[]> {
  const checker = new Checker(() => new CheckerProcess(childProgram("checker")), cwd);
  const problems: CellProblem[] = [];
  let isStrict = true;
  try {
    for (const [cell, number] of runNumbers(notebook)) {
      // lenient: an error must not keep what its cell declares from the cells after it, as it does where cells run
      const { problem, places, magics } = await checker.check(number, cell.source, true);
      isStrict = magics.check ?? isStrict;
      const unplaced = problem ? [{ line: 1, column: 1, message: `${problem.ename}: ${problem.evalue}` }] : [];
      const found = places?.length ? places : unplaced;
      if (found.length > 0 && hasTag(cell, "raises-exception")) {
        checker.drop(number);
        continue;
      }
      const severity = problem || isStrict ? "error" : "warning";
      for (const place of found) problems.push({ cell: number, id: cell.id, ...place, severity });
      if (problem) checker.drop(number);
      else await checker.commit(number);
    }
  } finally {
    checker.stop();
  }
  return problems;
}
