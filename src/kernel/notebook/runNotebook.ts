import type { Listeners } from "../client/kernelClient.ts";
import type { RunningKernel } from "../client/startKernel.ts";
import { type CodeCell, hasTag, type Notebook } from "./notebook.ts";
import { OutputRecorder } from "./outputRecorder.ts";
import { PapermillNotes, type RunNames } from "./papermillNotes.ts";
import { type CellEnd, runCell } from "./runCell.ts";
import { runNumbers } from "./runNumbers.ts";
import type { CellReport, RunListeners, RunReport, RunStatus } from "./runReport.ts";

/** How a notebook is run. */
export interface RunOptions extends RunListeners {
  /** For `metadata.papermill`. */
  names: RunNames;
  /** Starts the kernel, with the listeners that the run needs. */
  start: (listeners: Listeners) => Promise<RunningKernel>;
  /** Milliseconds for one cell; default: no limit. */
  cellTimeoutMs?: number;
  /** Milliseconds for the whole run, the kernel's start apart; default: no limit. */
  timeoutMs?: number;
  /** Milliseconds without a message after a reply, until the missing `idle` is a failure. Default 10,000. */
  idleMs?: number;
  /** Milliseconds for a cell to end after an interrupt, and for the kernel to end after its last. Default 5,000. */
  graceMs?: number;
  /** True: a cell's error does not end the run, and is no failure. */
  allowErrors?: boolean;
  /** Aborting it interrupts the cell that runs, and ends the run. */
  signal?: AbortSignal;
}

/**
 * Runs the cells of a notebook in order, in a kernel of its own, and writes outputs, counts and papermill's notes into
 * `notebook` itself. It ends at the first failure: an error (unless the cell is tagged `raises-exception`, or
 * `allowErrors`), a time-out, a dead or restarted kernel, a missing `idle`, an aborted cell, an interrupt. A failure
 * that the kernel did not report itself is added to the cell as an `error` output, so that the notebook tells it. A
 * cell tagged `skip-execution` and an empty one do not run.
 *
 * @throws {DeadKernelError} the kernel did not start; `save` was called before
 */
export async function runNotebook(notebook: Notebook, options: RunOptions): Promise<RunReport> {
  const began = performance.now();
  const notes = new PapermillNotes(notebook, options.names, () => new Date());
  for (const cell of notebook.cells) if (cell.cell_type === "code") Object.assign(cell, emptyCode());
  options.save?.();
  const recorder = new OutputRecorder();
  let tellRestart: (reason: string) => void = () => {};
  const restarted = new Promise<string>((resolve) => {
    tellRestart = resolve;
  });
  const kernel = await options.start({
    onIopub: (message) => {
      recorder.take(message);
      const { execution_state: state } = message.content;
      if (message.header.msg_type === "status" && (state === "restarting" || state === "dead"))
        tellRestart("the kernel died, and what the cells before made is lost");
    },
  });
  const cells: CellReport[] = [];
  let last: CellReport | undefined;
  try {
    notebook.metadata.language_info = kernel.info.language_info ?? notebook.metadata.language_info;
    const runCode = codeRunner({ kernel, recorder, restarted }, options);
    const numbers = runNumbers(notebook);
    for (const cell of notebook.cells) {
      if (options.signal?.aborted) break;
      notes.cellStart(cell);
      const number = numbers.get(cell);
      if (cell.cell_type !== "code" || number === undefined) {
        notes.cellEnd(cell, false);
        continue;
      }
      options.onCellStart?.(cell, number);
      last = await runCode(cell, number);
      cells.push(last);
      notes.cellEnd(cell, last.status !== "ok" && !last.isAllowed);
      options.onCellEnd?.(last);
      options.save?.();
      if (last.status !== "ok" && !last.isAllowed) break;
    }
  } finally {
    await kernel.stop(options.graceMs ?? 5000);
    notes.end();
    options.save?.();
  }
  return { ...conclude(last, options.signal), seconds: (performance.now() - began) / 1000, cells };
}

function conclude(last: CellReport | undefined, signal: AbortSignal | undefined): Pick<RunReport, "status" | "reason"> {
  if (last !== undefined && last.status !== "ok" && !last.isAllowed)
    return { status: last.status, reason: `cell ${last.number}: ${last.error?.ename}: ${last.error?.evalue}` };
  return signal?.aborted
    ? { status: "interrupted", reason: "interrupted between cells" }
    : { status: "ok", reason: "" };
}

interface Running {
  kernel: RunningKernel;
  recorder: OutputRecorder;
  restarted: Promise<string>;
}

type RunCode = (cell: CodeCell, number: number) => Promise<CellReport>;

function codeRunner(running: Running, options: RunOptions): RunCode {
  const { cellTimeoutMs = Infinity, timeoutMs = Infinity, idleMs = 10_000, graceMs = 5000, signal } = options;
  const deadline = performance.now() + timeoutMs;
  return async (cell, number) => {
    const start = performance.now();
    const mayFail = options.allowErrors === true || hasTag(cell, "raises-exception");
    const left = Math.max(0, deadline - start);
    const isWhole = left < cellTimeoutMs;
    const limits = { timeoutMs: isWhole ? left : cellTimeoutMs, idleMs, graceMs, mayFail, signal };
    const end = await runCell(cell, { ...running, ...limits });
    if (end.status === "timeout" && isWhole) end.reason = `the notebook ran for over ${timeoutMs / 1000} s`;
    const error = errorOf(cell, end);
    // some kernels report an error as output only
    const status = end.status === "ok" && error !== undefined ? "error" : end.status;
    return {
      number,
      id: cell.id,
      status,
      seconds: (performance.now() - start) / 1000,
      executionCount: cell.execution_count,
      ...(error === undefined ? {} : { error }),
      isAllowed: mayFail && status === "error",
    };
  };
}

const names: Partial<Record<RunStatus, string>> = {
  timeout: "Timeout",
  dead: "DeadKernel",
  noIdle: "MissingIdle",
  aborted: "Aborted",
  interrupted: "Interrupted",
};

/** The cell's error output; made here when the kernel sent none, or one that does not tell why it was interrupted. */
function errorOf(cell: CodeCell, { status, reason }: CellEnd): CellReport["error"] {
  const sent = cell.outputs.findLast((output) => output.output_type === "error");
  const ename = names[status] ?? "Error";
  if (status === "ok" || status === "error" || (status === "interrupted" && sent)) {
    if (sent) return { ename: sent.ename, evalue: sent.evalue, traceback: sent.traceback };
    if (status === "ok") return undefined;
  }
  const made = { ename, evalue: reason, traceback: [`${ename}: ${reason}`] };
  cell.outputs.push({ output_type: "error", ...made });
  return sent ? { ...made, traceback: [...sent.traceback, ...made.traceback] } : made;
}

/** A fresh list each time: cells must not share their outputs. */
function emptyCode(): Pick<CodeCell, "execution_count" | "outputs"> {
  return { execution_count: null, outputs: [] };
}
