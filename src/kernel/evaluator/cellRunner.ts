import type { CellError, EvaluatorCommand, MimeBundle } from "../evaluatorMessages.ts";
import { cellError, interruptedError } from "./cellError.ts";
import { type CellScope, cellScope } from "./cellScope.ts";
import { type Bundle, displayBundle } from "./displayBundle.ts";
import type { EventPipe } from "./eventPipe.ts";
import type { Evaluated, Inspector } from "./inspector.ts";
import type { StackTraces } from "./stackTraces.ts";
import type { Strays } from "./strays.ts";

type Execute = Extract<EvaluatorCommand, { kind: "execute" }>;

interface Run {
  command: Execute;
  scope: CellScope;
  /** The first error that no code of the cell caught, out of a promise or a timer. */
  lost?: CellError;
}

/** A `user_expressions` entry under way. */
interface Asked {
  scope: CellScope;
  isOver: boolean;
  answer(result: { data: MimeBundle } | { error: CellError }): void;
}

/** What a runner works with. */
export interface RunnerParts {
  pipe: EventPipe;
  inspector: Inspector;
  traces: StackTraces;
  strays: Strays;
  token: string;
  /** Prints what the cell wrote of a character without its end. */
  endCharacters(cell: number): void;
}

/**
 * Runs one cell after the other. A cell ends once: by its code's end, by its error, or by an interrupt, whichever is
 * first; after an interrupt nothing may wait for promises, since V8 drops all that were about to continue.
 */
export class CellRunner {
  private run: Run | undefined;
  private asked: Asked | undefined;
  /** The comm message whose handlers run now. */
  private handled: number | undefined;
  private last = 0;
  private readonly parts: RunnerParts;

  constructor(parts: RunnerParts) {
    this.parts = parts;
  }

  /** The running cell's number, also while an expression after it runs; undefined when nothing does. */
  get running(): number | undefined {
    return this.scope?.cell;
  }

  /** Whether there is something to stop: a cell, an expression after it, or a comm's handlers. */
  get isBusy(): boolean {
    return this.running !== undefined || this.handled !== undefined;
  }

  /** The scope of the running cell or expression. */
  get scope(): CellScope | undefined {
    return this.run?.scope ?? this.asked?.scope;
  }

  /** The cell to which output belongs: the one whose code prints, else the running one, else the last. */
  get cellOfOutput(): number {
    return cellScope.getStore()?.cell ?? this.running ?? this.last;
  }

  /** Starts a cell; `done` follows as an event. */
  execute(command: Execute): void {
    const { cell, allowStdin, fileName } = command;
    const run: Run = { command, scope: newScope(cell, allowStdin) };
    this.run = run;
    this.last = cell;
    this.parts.traces.add(fileName, command);
    const source = `${command.js}\n//# sourceURL=${fileName}`;
    cellScope.run(run.scope, () =>
      this.parts.inspector.evaluate(source, (outcome) => cellScope.run(run.scope, () => this.evaluated(run, outcome))),
    );
  }

  /** A `user_expressions` entry; `expressionDone` follows. */
  expression(id: number, js: string): void {
    const { inspector, pipe, traces } = this.parts;
    const asked: Asked = {
      scope: newScope(this.last, false),
      isOver: false,
      answer: (result) => {
        if (asked.isOver) return;
        pipe.send({ kind: "expressionDone", id, ...result });
        asked.isOver = true;
        if (this.asked === asked) this.asked = undefined;
      },
    };
    this.asked = asked;
    const fail = (thrown: unknown): void => asked.answer({ error: cellError(thrown, traces) });
    const evaluated = (outcome: Evaluated): void => {
      if ("stopped" in outcome) this.interrupt(asked.scope.cell);
      else if ("thrown" in outcome) fail(outcome.thrown);
      else
        Promise.resolve()
          .then(() => displayBundle(outcome.value) ?? { data: { "text/plain": "undefined" } })
          .then(({ data }) => asked.answer({ data }))
          .catch(fail);
    };
    cellScope.run(asked.scope, () =>
      inspector.evaluate(js, (outcome) => cellScope.run(asked.scope, () => evaluated(outcome))),
    );
  }

  /** Runs a comm's handlers under a number of their own, so that what they say has their message for its parent. */
  handle(cell: number, work: () => void): void {
    this.handled = cell;
    cellScope.run(newScope(cell, false), () => {
      try {
        work();
      } catch (thrown) {
        this.uncaught(thrown);
      }
    });
    this.handled = undefined;
    this.parts.pipe.send({ kind: "commDone", cell });
  }

  /** Ends the running cell, or an expression after it, at once; does nothing unless it is the one that was meant. */
  interrupt(cell: number): void {
    const { run, asked, handled } = this;
    // the event loop has turned, so handlers that have not returned were terminated
    if (handled !== undefined) {
      this.handled = undefined;
      this.tell(handled, "Interrupted: the comm's handler was stopped\n");
      this.parts.pipe.send({ kind: "commDone", cell: handled });
    }
    if (this.running !== cell) return;
    this.abandon(cell);
    if (!run) {
      asked?.answer({ error: interruptedError() });
      return;
    }
    if (run.lost) this.tell(cell, `${run.lost.traceback.join("\n")}\n`);
    this.finish(run, interruptedError());
  }

  /** The process ends: that the inspector gives up what runs is no interrupt, and the death is the supervisor's to tell. */
  leave(): void {
    this.run = undefined;
    if (this.asked) this.asked.isOver = true;
  }

  /** Marks the running cell as stopped, so that its continuations end; the cell is still to be finished. */
  abandon(cell: number): void {
    const { scope } = this;
    if (scope?.cell !== cell || scope.interrupted) return;
    scope.interrupted = true;
    this.parts.strays.stop();
    for (const stop of scope.stops) stop();
  }

  /** An error that no code caught: fails its cell when that still runs, else is told on that cell's stderr. */
  uncaught(thrown: unknown): void {
    const cell = this.cellOfOutput;
    if (cellScope.getStore()?.interrupted) return;
    const error = cellError(thrown, this.parts.traces);
    const run = this.run;
    if (run?.command.cell !== cell || run.lost) {
      this.tell(cell, `Uncaught ${error.traceback.join("\n")}\n`);
      return;
    }
    run.lost = error;
    this.tell(cell, `Uncaught ${error.ename}: ${error.evalue} (the cell fails when it ends)\n`);
  }

  private evaluated(run: Run, outcome: Evaluated): void {
    if (run !== this.run) return;
    // Node turns an error out of an inspector's callback into a warning, and the cell would never end.
    try {
      this.conclude(run, outcome);
    } catch (thrown) {
      this.settle(run, cellError(thrown, this.parts.traces));
    }
  }

  private conclude(run: Run, outcome: Evaluated): void {
    if ("stopped" in outcome) {
      this.abandon(run.command.cell);
      this.finish(run, interruptedError());
    } else if ("thrown" in outcome) {
      this.settle(run, cellError(outcome.thrown, this.parts.traces));
    } else {
      this.showValue(run, run.command.silent ? undefined : displayBundle(outcome.value));
    }
  }

  private showValue(run: Run, shown: Bundle | Promise<Bundle> | undefined): void {
    if (shown === undefined) {
      this.settle(run);
    } else if (shown instanceof Promise) {
      shown
        .then((bundle) => this.show(run, bundle))
        .catch((thrown) => this.settle(run, cellError(thrown, this.parts.traces)));
    } else {
      this.show(run, shown);
    }
  }

  private show(run: Run, { data, metadata = {} }: Bundle): void {
    if (run !== this.run) return;
    this.parts.pipe.send({ kind: "result", cell: run.command.cell, data, metadata });
    this.settle(run);
  }

  /** Lets Node report rejections that nobody handled before the cell counts as done. */
  private settle(run: Run, error?: CellError): void {
    const { pending } = run.scope;
    if (pending.size === 0) {
      setImmediate(() => this.finish(run, error ?? run.lost));
      return;
    }
    const shown = Promise.allSettled(pending);
    pending.clear();
    void shown.then((outcomes) => {
      const failed = outcomes.find((outcome) => outcome.status === "rejected");
      this.settle(run, error ?? (failed && cellError(failed.reason, this.parts.traces)));
    });
  }

  private finish(run: Run, error?: CellError): void {
    if (run !== this.run) return;
    const { cell } = run.command;
    this.parts.endCharacters(cell);
    this.run = undefined;
    this.parts.pipe.mark(this.parts.token, cell);
    this.parts.pipe.send({ kind: "done", cell, error });
  }

  private tell(cell: number, text: string): void {
    this.parts.pipe.send({ kind: "stream", cell, name: "stderr", text });
  }
}

function newScope(cell: number, allowStdin: boolean): CellScope {
  return { cell, allowStdin, interrupted: false, stops: new Set(), pending: new Set() };
}
