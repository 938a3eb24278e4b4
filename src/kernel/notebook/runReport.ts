import type { Cell } from "./notebook.ts";

/**
 * How a cell, or a whole run, ended: `ok`; `error`, the code failed; `timeout`; `dead`, the kernel ended or restarted;
 * `noIdle`, the reply came but the end of the outputs did not, so some may be lost; `aborted`, the kernel did not run
 * the cell; `interrupted` by the user.
 */
export type RunStatus = "ok" | "error" | "timeout" | "dead" | "noIdle" | "aborted" | "interrupted";

/** What became of one cell that ran. */
export interface CellReport {
  /** As in `runNumbers`: what Jupyter shows as `[1]`, and a stack trace as `cell1.ts`. */
  number: number;
  id: string;
  status: RunStatus;
  seconds: number;
  executionCount: number | null;
  /** Absent when all went well. */
  error?: { ename: string; evalue: string; traceback: string[] };
  /** True when the cell failed as its tag `raises-exception`, or `allowErrors`, allows. */
  isAllowed: boolean;
}

/** What became of a notebook. Cells after a failure that ended the run are not in it. */
export interface RunReport {
  status: RunStatus;
  /** Why, in one line; empty when all went well. */
  reason: string;
  seconds: number;
  cells: CellReport[];
}

/** Follows a run. */
export interface RunListeners {
  onCellStart?: (cell: Cell, number: number) => void;
  onCellEnd?: (report: CellReport) => void;
  /** After every change that is worth keeping; the notebook that runs is in the state to store. */
  save?: () => void;
}
