import type { RunningKernel } from "../client/startKernel.ts";
import type { CodeCell } from "./notebook.ts";
import type { OutputRecorder } from "./outputRecorder.ts";
import type { RunStatus } from "./runReport.ts";

/** What a cell runs with. */
export interface CellRun {
  kernel: RunningKernel;
  recorder: OutputRecorder;
  /** Resolves with the reason when the kernel restarted under the cell. */
  restarted: Promise<string>;
  /** Milliseconds; Infinity for no limit. */
  timeoutMs: number;
  /** Milliseconds without a message after which the missing `idle` is given up. */
  idleMs: number;
  /** Milliseconds that an interrupted cell has to end. */
  graceMs: number;
  /** True when a failure must not make the kernel abort what comes next. */
  mayFail: boolean;
  signal?: AbortSignal;
}

/** How it went; `reason` is empty when the kernel's own error output says it. */
export interface CellEnd {
  status: RunStatus;
  reason: string;
}

type Ending = CellEnd | { status: "replied"; content: Record<string, unknown> };

/** Runs one cell to its end: the reply and `idle`, or whatever came in their place. The outputs go to the recorder. */
export async function runCell(cell: CodeCell, run: CellRun): Promise<CellEnd> {
  const { kernel, recorder, timeoutMs, graceMs } = run;
  const { id, reply, idle } = kernel.client.execute(cell.source, { stop_on_error: !run.mayFail });
  recorder.expect(id, cell);
  const gone = Promise.race([
    kernel.exited.then((how): CellEnd => ({ status: "dead", reason: `the kernel died: ${how}` })),
    run.restarted.then((reason): CellEnd => ({ status: "dead", reason })),
  ]);
  const replied = reply.then(
    ({ content }): Ending => ({ status: "replied", content }),
    (error: Error): Ending => ({ status: "dead", reason: error.message }),
  );
  const cut = waitFor(timeoutMs, run.signal);
  const first = await Promise.race([replied, gone, cut.happened]);
  cut.forget();
  if (first.status === "timeout" || first.status === "interrupted") {
    kernel.interrupt();
    // its own error output says where it was interrupted
    const over = Promise.allSettled([replied, idle]);
    const grace = waitFor(graceMs);
    await Promise.race([over, gone, grace.happened]);
    grace.forget();
    return first.status === "timeout" ? { ...first, reason: `the cell ran for over ${timeoutMs / 1000} s` } : first;
  }
  if (first.status !== "replied") return first;
  return (await Promise.race([settled(idle, run), gone])) ?? endOf(first.content);
}

function endOf({ status, ename, evalue }: Record<string, unknown>): CellEnd {
  if (status === "ok") return { status: "ok", reason: "" };
  if (status === "error")
    return { status: "error", reason: ename ? `${ename}: ${evalue}` : "the kernel did not say why" };
  // tslab says `abort`
  return { status: "aborted", reason: `the kernel did not run the cell: its reply is ${JSON.stringify(status)}` };
}

/** Undefined once all outputs are there. A kernel that still sends is not given up, however long it takes. */
async function settled(idle: Promise<void>, { recorder, idleMs }: CellRun): Promise<CellEnd | undefined> {
  const done = idle.then(() => "idle" as const);
  for (;;) {
    const before = recorder.count;
    const wait = waitFor(idleMs);
    const ended = await Promise.race([done, wait.happened]);
    wait.forget();
    if (ended === "idle") return undefined;
    if (recorder.count === before)
      return {
        status: "noIdle",
        reason: `no \`idle\` came within ${idleMs / 1000} s of the reply: outputs may be missing`,
      };
  }
}

function waitFor(ms: number, signal?: AbortSignal): { happened: Promise<CellEnd>; forget: () => void } {
  let forget = (): void => {};
  const happened = new Promise<CellEnd>((resolve) => {
    const interrupt = (): void => resolve({ status: "interrupted", reason: "interrupted" });
    // a timer takes at most 2^31 - 1 ms
    const timer = ms < 2 ** 31 ? setTimeout(() => resolve({ status: "timeout", reason: "" }), ms) : undefined;
    if (signal?.aborted) interrupt();
    signal?.addEventListener("abort", interrupt);
    forget = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", interrupt);
    };
  });
  return { happened, forget };
}
