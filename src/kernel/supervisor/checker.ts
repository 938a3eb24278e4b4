import type { CheckedCell, Commitment, Completeness, Completions, Inspection, KeptCell } from "../checkerMessages.ts";
import { CheckerFailure, type CheckerProcess, type CheckerQuestion } from "./checkerProcess.ts";

/** Milliseconds after which a checker counts as hung. */
export interface CheckerLimits {
  /** For completion, inspection and the like. */
  question: number;
  /** For a cell: a first import of a large project may really take long, and an interrupt ends the wait at any time. */
  check: number;
  /** For its start, on a machine that does much else. */
  start: number;
}

/**
 * The type checker as the rest of the supervisor sees it: questions are answered in order, and when its process dies or
 * hangs another one is started, told what the committed cells have left in scope, and asked once more. No question is
 * lost. What is kept for the next process is what this one keeps: it grows with the names in scope, not with the cells.
 */
export class Checker {
  private readonly start: () => CheckerProcess;
  private readonly cwd: string;
  private readonly limits: CheckerLimits;
  private process: CheckerProcess;
  private isStarted = false;
  private isCancelled = false;
  private isStopped = false;
  private isStrict = true;
  private readonly kept: Map<number, KeptCell> = new Map();
  private readonly texts: Map<number, string> = new Map();
  /** The latest checked cell, and the process that can commit it. */
  private checked: { cell: number; process: CheckerProcess } | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /**
   * @param start  starts a checker process
   * @param cwd    the folder of the notebook
   * @param limits when it counts as hung
   */
  constructor(
    start: () => CheckerProcess,
    cwd: string,
    limits: CheckerLimits = { question: 10_000, check: 60_000, start: 60_000 },
  ) {
    this.start = start;
    this.cwd = cwd;
    this.limits = limits;
    this.process = start();
    this.enqueue(() => this.prepare()).catch(() => {}); // the first question tries again, and tells
  }

  /**
   * @param isLenient its type errors are warnings, and what it says of `%check` is not obeyed
   * @throws {CheckerFailure} like all questions, when the checker failed twice
   */
  async check(cell: number, code: string, isLenient = false): Promise<CheckedCell> {
    this.texts.set(cell, code);
    return (await this.ask({ method: "check", cell, code, isLenient }, this.limits.check)) as CheckedCell;
  }

  /** The cell ran: its names are in scope from now on. */
  async commit(cell: number): Promise<void> {
    // now: when the queue comes to it, the next cell's text may be here
    const code = this.texts.get(cell) ?? "";
    this.texts.delete(cell);
    await this.enqueue(async () => {
      try {
        await this.keep(cell, code);
      } catch {
        await this.restart();
        await this.keep(cell, code);
      }
    }).catch(() => {});
  }

  /** The cell did not run: nothing of it is in scope. */
  drop(cell: number): void {
    this.texts.delete(cell);
  }

  async expression(code: string): Promise<CheckedCell> {
    return (await this.ask({ method: "expression", code })) as CheckedCell;
  }

  async complete(code: string, offset: number): Promise<Completions> {
    return (await this.ask({ method: "complete", code, offset })) as Completions;
  }

  async inspect(code: string, offset: number, detail: 0 | 1): Promise<Inspection> {
    return (await this.ask({ method: "inspect", code, offset, detail })) as Inspection;
  }

  async isComplete(code: string): Promise<Completeness> {
    return (await this.ask({ method: "isComplete", code })) as Completeness;
  }

  /** Forgets all cells: the evaluator that ran them is gone. What is asked from now on sees none of them. */
  reset(): void {
    this.enqueue(async () => {
      this.kept.clear();
      await this.restart();
    }).catch(() => {});
  }

  /** Fails the question that the process works on, at the price of a new process. */
  cancel(): void {
    this.isCancelled = true;
    this.process.kill();
  }

  /** Ends the process for good. */
  stop(): void {
    this.isStopped = true;
    this.process.kill();
  }

  private ask(question: CheckerQuestion, limit: number = this.limits.question): Promise<unknown> {
    return this.enqueue(async () => {
      this.isCancelled = false;
      try {
        return await this.askOnce(question, limit);
      } catch (error) {
        if (!(error instanceof CheckerFailure && error.isGone) || this.isStopped) throw error;
        await this.restart();
        if (this.isCancelled) throw error;
        return this.askOnce(question, limit);
      }
    });
  }

  private async askOnce(question: CheckerQuestion, limit: number): Promise<unknown> {
    if (!this.isStarted) await this.prepare();
    const { process } = this;
    const answer = await process.ask(question, limit);
    if (question.method !== "check") return answer;
    this.checked = { cell: question.cell, process };
    if (!question.isLenient) this.isStrict = (answer as CheckedCell).magics.check ?? this.isStrict;
    return answer;
  }

  /** A process that was started after the cell's check must check it again before it can commit it. */
  private async keep(cell: number, code: string): Promise<void> {
    if (this.checked?.cell !== cell || this.checked.process !== this.process)
      await this.askOnce({ method: "check", cell, code, isLenient: true }, this.limits.check);
    const answer = await this.askOnce({ method: "commit", cell }, this.limits.question);
    const { kept, forgotten } = answer as Commitment;
    for (const old of forgotten) this.kept.delete(old);
    if (kept) this.kept.set(cell, kept);
  }

  private async restart(): Promise<void> {
    if (this.isStopped) return;
    this.process.kill();
    this.process = this.start();
    this.isStarted = false;
    await this.prepare();
    const { isStrict } = this;
    await this.process.ask({ method: "restore", kept: [...this.kept.values()], isStrict }, this.limits.check);
  }

  private async prepare(): Promise<void> {
    if (this.isStarted) return;
    await this.process.ask({ method: "start", cwd: this.cwd }, this.limits.start);
    this.isStarted = true;
  }

  private enqueue<Result>(work: () => Promise<Result>): Promise<Result> {
    const next = this.last.then(work, work);
    this.last = next.catch(() => {});
    return next;
  }
}
