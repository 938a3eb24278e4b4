import type { Message } from "../wire/message.ts";

/** One `execute_request` on its way. */
export interface Execution {
  /** Unique in the evaluator, and the number in a stack trace's `cell3.ts`. */
  cell: number;
  /** What frontends show as `[3]`. */
  count: number;
  request: Message;
  /** True when nothing of it goes to iopub. */
  isSilent: boolean;
  allowStdin: boolean;
}

/** Cells whose late output still finds its own parent; output of an older one goes to the cell that runs. */
const KEPT = 10_000;

/** The same of comm messages, of which a widget may send many. */
const KEPT_COMMS = 1_000;

/** Cells that are not counted get numbers from here on, so that all others bear the number that frontends show. */
const UNCOUNTED = 1_000_000_000;

/** Numbers executions, and remembers to which request a cell's late output belongs. */
export class Executions {
  /** The execution counter of the protocol: requests with `store_history`. */
  count = 0;
  private uncounted = UNCOUNTED;
  private readonly known: Map<number, Execution> = new Map();
  private readonly comms: Map<number, Execution> = new Map();
  private latest: Execution | undefined;

  begin(request: Message, storesHistory: boolean): Execution {
    const { silent, allow_stdin } = request.content;
    const cell = storesHistory ? ++this.count : ++this.uncounted;
    const execution = { cell, count: this.count, request, isSilent: silent === true, allowStdin: allow_stdin === true };
    this.known.set(cell, execution);
    this.latest = execution;
    if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value!);
    return execution;
  }

  /** A comm message for the evaluator, numbered like a cell: what its handlers do belongs to it. */
  deliver(request: Message): Execution {
    const cell = ++this.uncounted;
    const execution = { cell, count: this.count, request, isSilent: false, allowStdin: false };
    this.comms.set(cell, execution);
    if (this.comms.size > KEPT_COMMS) this.comms.delete(this.comms.keys().next().value!);
    return execution;
  }

  /** The execution of that number, or the latest one when it is forgotten; undefined before the first. */
  of(cell: number): Execution | undefined {
    return this.known.get(cell) ?? this.comms.get(cell) ?? this.latest;
  }

  /** Number of the latest execution, to which output belongs that names none; 0 before the first. */
  get current(): number {
    return this.latest?.cell ?? 0;
  }
}
