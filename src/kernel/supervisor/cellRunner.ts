import type { CheckedCell } from "../checkerMessages.ts";
import type { CellError, MimeBundle } from "../evaluatorMessages.ts";
import type { Checker } from "./checker.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Execution } from "./executions.ts";
import type { Output } from "./output.ts";

/** How a cell ended. */
export interface CellOutcome {
  error?: CellError;
  /** By the names of the request, as its reply has them. */
  userExpressions: Record<string, unknown>;
}

/** Milliseconds that an interrupted type check may go on before its process is ended. */
const CHECK_PATIENCE = 500;

/** Takes one cell after the other through the type checker and the evaluator. */
export class CellRunner {
  private readonly checker: Checker;
  private readonly evaluator: Evaluator;
  private readonly output: Output;
  private interrupted: (() => void) | undefined;
  /** Whether the reader stopped the cell that runs, or an expression after it. */
  private isStopped = false;

  constructor(checker: Checker, evaluator: Evaluator, output: Output) {
    this.checker = checker;
    this.evaluator = evaluator;
    this.output = output;
  }

  /** Runs a cell to its end; all it printed is published when this resolves. */
  async run(execution: Execution): Promise<CellOutcome> {
    const { cell, request, isSilent, allowStdin } = execution;
    const { user_expressions: expressions } = request.content;
    let deaths: number | undefined;
    this.isStopped = false;
    let outcome: CellOutcome = { userExpressions: {} };
    try {
      const checked = await this.check(cell, String(request.content.code));
      if (checked.warning) this.output.stream(cell, "stderr", `${checked.warning.trimEnd()}\n`);
      if (checked.js === undefined) outcome.error = checked.problem ?? notTranslated;
      else {
        deaths = this.evaluator.deaths;
        if (checked.magics.reload) this.evaluator.send({ kind: "reload" });
        const { js, map = "" } = checked;
        const start = performance.now();
        const fileName = `cell${cell}.ts`;
        outcome.error = await this.evaluator.execute({ cell, fileName, js, map, silent: isSilent, allowStdin });
        if (checked.magics.time) this.output.stream(cell, "stdout", `time: ${duration(performance.now() - start)}\n`);
        if (!outcome.error) outcome.userExpressions = await this.evaluateAll(expressions);
      }
    } catch (error) {
      outcome = { error: errorOf(error), userExpressions: {} };
    }
    if (outcome.error && !isSilent) this.output.error(execution, outcome.error);
    this.output.flush();
    if (deaths === this.evaluator.deaths) void this.checker.commit(cell);
    else this.checker.drop(cell);
    return outcome;
  }

  /** Stops what runs, also a comm's handler or a timer between cells; harmless when nothing does. */
  interrupt(): void {
    this.isStopped = true;
    this.interrupted?.();
    this.evaluator.send({ kind: "interrupt" });
  }

  /** @throws {Interruption | CheckerFailure} */
  private async check(cell: number, code: string): Promise<CheckedCell> {
    const checking = this.checkAgainst(cell, code);
    const interruption = new Promise<never>((_, reject) => {
      this.interrupted = () => {
        const timer = setTimeout(() => this.checker.cancel(), CHECK_PATIENCE);
        checking.finally(() => clearTimeout(timer)).catch(() => {});
        reject(new Interruption("The cell was interrupted while its types were checked. It did not run."));
      };
    });
    try {
      return await Promise.race([checking, interruption]);
    } finally {
      this.interrupted = undefined;
    }
  }

  /** The check's answer holds only for the process that it was given for: the next one has none of the names. */
  private async checkAgainst(cell: number, code: string): Promise<CheckedCell> {
    for (;;) {
      const { deaths } = this.evaluator;
      const checked = await this.checker.check(cell, code);
      await this.evaluator.settleDeath();
      if (deaths === this.evaluator.deaths) return checked;
    }
  }

  private async evaluateAll(expressions: unknown): Promise<Record<string, unknown>> {
    const results: Record<string, unknown> = {};
    for (const [name, code] of Object.entries(expressions ?? {})) results[name] = await this.evaluate(String(code));
    return results;
  }

  private async evaluate(code: string): Promise<Record<string, unknown>> {
    try {
      const { js, problem } = await this.checker.expression(code);
      if (this.isStopped) throw new Interruption("The cell ran; this expression was interrupted before it did.");
      if (js === undefined) return { status: "error", ...(problem ?? notTranslated) };
      const result = await this.evaluator.expression(js);
      if ("error" in result) return { status: "error", ...result.error };
      const data: MimeBundle =
        "text/plain" in result.data ? result.data : { "text/plain": "undefined", ...result.data };
      return { status: "ok", data, metadata: {} };
    } catch (error) {
      return { status: "error", ...errorOf(error) };
    }
  }
}

/** The reader stopped the cell before it ran. */
class Interruption extends Error {
  override name = "Interrupted";
}

const notTranslated: CellError = {
  ename: "CheckerFailure",
  evalue: "the type checker gave neither a program nor a reason",
  traceback: ["CheckerFailure: the type checker gave neither a program nor a reason"],
};

function errorOf(error: unknown): CellError {
  const { name, message } = error as Error;
  return { ename: name, evalue: message, traceback: [`${name}: ${message}`] };
}

function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds.toPrecision(3)} ms`;
  const seconds = milliseconds / 1000;
  return seconds < 60
    ? `${seconds.toPrecision(3)} s`
    : `${Math.floor(seconds / 60)} min ${(seconds % 60).toFixed(1)} s`;
}
