import type { CheckedCell, Completeness, Completions, Inspection } from "../checkerMessages.ts";
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

/** From so many committed cells on, of cells with the same text only the last is kept for a replay. */
const REPLAY_WHOLE = 2_000;

/**
 * The type checker as the rest of the supervisor sees it: questions are answered in order, and when its process dies or
 * hangs another one is started, told all committed cells again, and asked once more. No question is lost.
 */
export class Checker {
  private readonly start: () => CheckerProcess;
  private readonly cwd: string;
  private readonly limits: CheckerLimits;
  private process: CheckerProcess;
  private isStarted = false;
  private isCancelled = false;
  private isStopped = false;
  private committed: { cell: number; code: string }[] = [];
  private readonly texts: Map<number, string> = new Map();
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

  /** @throws {CheckerFailure} like all questions, when the checker failed twice */
  async check(cell: number, code: string): Promise<CheckedCell> {
    this.texts.set(cell, code);
    return (await this.ask({ method: "check", cell, code }, this.limits.check)) as CheckedCell;
  }

  /** The cell ran: its names are in scope from now on. */
  async commit(cell: number): Promise<void> {
    // now: when the queue comes to it, the next cell's text may be here
    const code = this.texts.get(cell) ?? "";
    this.texts.delete(cell);
    await this.enqueue(async () => {
      if (this.committed.length >= REPLAY_WHOLE) this.committed = this.committed.filter((known) => known.code !== code);
      this.committed.push({ cell, code });
      await this.askOnce({ method: "commit", cell }, this.limits.question);
    }).catch(() => this.enqueue(() => this.restart()).catch(() => {}));
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
      this.committed = [];
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
    return this.process.ask(question, limit);
  }

  private async restart(): Promise<void> {
    if (this.isStopped) return;
    this.process.kill();
    this.process = this.start();
    this.isStarted = false;
    await this.prepare();
    for (const { cell, code } of this.committed) {
      await this.process.ask({ method: "check", cell, code }, this.limits.check);
      await this.process.ask({ method: "commit", cell }, this.limits.question);
    }
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
