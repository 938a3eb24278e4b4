import type { CellError, EvaluatorCommand, EvaluatorEvent, MimeBundle } from "../evaluatorMessages.ts";
import { describeDeath } from "./describeDeath.ts";
import type { EvaluatorDeath, EvaluatorListener, EvaluatorProcess } from "./evaluatorProcess.ts";

/** Who hears what cells do. */
export interface CellListener {
  event(event: EvaluatorEvent): void;
  /** Output past the evaluator's own streams. */
  raw(name: "stdout" | "stderr", text: string): void;
  /** All state is lost; `wasRunning` says whether a running cell reports it. */
  died(error: CellError, wasRunning: boolean): void;
}

/** What a `user_expressions` entry gave. */
export type ExpressionResult = { data: MimeBundle } | { error: CellError };

type Execute = Omit<Extract<EvaluatorCommand, { kind: "execute" }>, "kind">;

/** The evaluator as the rest of the supervisor sees it: when its process dies, the next one is there. */
export class Evaluator {
  private readonly start: (listener: EvaluatorListener) => EvaluatorProcess;
  private readonly listener: CellListener;
  private process: EvaluatorProcess | undefined;
  private isReady = false;
  private isStopped = false;
  private isPaused = false;
  private cell: { number: number; over: (error?: CellError) => void } | undefined;
  private expressionId = 0;
  private expressionOver: ((result: ExpressionResult) => void) | undefined;
  /** How many processes have died: what cells declared before is gone when this has changed. */
  deaths = 0;

  constructor(start: (listener: EvaluatorListener) => EvaluatorProcess, listener: CellListener) {
    this.start = start;
    this.listener = listener;
    this.begin();
  }

  /** Whether a cell or an expression runs in the evaluator now. */
  get isBusy(): boolean {
    return this.cell !== undefined || this.expressionOver !== undefined;
  }

  /** Runs a cell; resolves when it is over and all its output was told, with its error if it failed. */
  async execute(command: Execute): Promise<CellError | undefined> {
    const process = this.begin();
    const error = await new Promise<CellError | undefined>((over) => {
      this.cell = { number: command.cell, over };
      process.send({ kind: "execute", ...command });
    });
    if (process === this.process) await process.settled(command.cell);
    this.cell = undefined;
    return error;
  }

  /** Waits for the end of a process that is gone already, so that `deaths` counts it; at once when none is. */
  async settleDeath(): Promise<void> {
    while (this.process?.hasExited) await this.process.buried;
  }

  async expression(js: string): Promise<ExpressionResult> {
    const process = this.begin();
    const id = ++this.expressionId;
    const result = await new Promise<ExpressionResult>((over) => {
      this.expressionOver = over;
      process.send({ kind: "expression", id, js });
    });
    this.expressionOver = undefined;
    return result;
  }

  /** Tells the process; false when there is none, and nobody hears it. */
  send(command: EvaluatorCommand): boolean {
    this.process?.send(command);
    return this.process !== undefined;
  }

  /** Stops reading the evaluator's output, so that its writes block. */
  pause(): void {
    this.isPaused = true;
    this.process?.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.process?.resume();
  }

  /** Ends the process for good: asks it, and kills it when it has not gone after `patience` milliseconds. */
  async stop(patience: number): Promise<void> {
    this.isStopped = true;
    const { process } = this;
    if (!process) return;
    process.send({ kind: "shutdown" });
    const timer = setTimeout(() => process.kill(), patience);
    await Promise.race([process.buried, new Promise((resolve) => setTimeout(resolve, patience + 500))]);
    clearTimeout(timer);
  }

  private begin(): EvaluatorProcess {
    if (this.process) return this.process;
    this.isReady = false;
    this.process = this.start({
      event: (event) => this.hear(event),
      raw: (name, text) => this.listener.raw(name, text),
      dead: (death) => this.bury(death),
    });
    if (this.isPaused) this.process.pause();
    return this.process;
  }

  private hear(event: EvaluatorEvent): void {
    if (event.kind === "ready") this.isReady = true;
    else if (event.kind === "done") {
      if (this.cell?.number === event.cell) this.cell.over(event.error);
    } else if (event.kind === "expressionDone") {
      if (event.id === this.expressionId)
        this.expressionOver?.(event.error ? { error: event.error } : { data: event.data ?? {} });
    } else this.listener.event(event);
  }

  /** One that never became ready is not started again by itself: it would die again, and again. */
  private bury(death: EvaluatorDeath): void {
    const { cell, expressionOver, isBusy } = this;
    this.process = undefined;
    this.deaths++;
    if (this.isStopped) return;
    const error = describeDeath(death);
    this.listener.died(error, isBusy);
    if (this.isReady) this.begin();
    cell?.over(error);
    expressionOver?.({ error });
  }
}
