import type { CellError, EvaluatorEvent } from "../evaluatorMessages.ts";
import type { Channels, Outgoing } from "./channels.ts";
import type { Execution, Executions } from "./executions.ts";
import { StreamBatch } from "./streamBatch.ts";

/** Messages that may wait for iopub before the evaluator is stopped from saying more, and after which it goes on. */
const FULL = 64;
const EMPTY = 8;

/** What an evaluator's event shows. */
export type Shown = Extract<EvaluatorEvent, { kind: "display" | "clear" | "result" }>;

/** What the evaluator must do while frontends cannot follow. */
export interface Pressure {
  pause(): void;
  resume(): void;
}

/** Publishes what cells print and show, in order, each with its own cell's request as the parent. */
export class Output {
  private readonly channels: Channels;
  private readonly executions: Executions;
  private readonly pressure: Pressure;
  private readonly batch: StreamBatch = new StreamBatch(({ cell, name, text }) =>
    this.publish(cell, { type: "stream", content: { name, text } }),
  );
  private isFull = false;

  constructor(channels: Channels, executions: Executions, pressure: Pressure) {
    this.channels = channels;
    this.executions = executions;
    this.pressure = pressure;
  }

  stream(cell: number, name: "stdout" | "stderr", text: string): void {
    this.batch.add({ cell, name, text });
  }

  show(event: Shown): void {
    this.batch.flush();
    const { kind, cell } = event;
    if (kind === "clear") this.publish(cell, { type: "clear_output", content: { wait: event.wait } });
    else if (kind === "result") {
      const { data, metadata } = event;
      const execution_count = this.executions.of(cell)?.count ?? 0;
      this.publish(cell, { type: "execute_result", content: { execution_count, data, metadata } });
    } else {
      const { data, metadata, displayId, update } = event;
      const transient = displayId === undefined ? {} : { display_id: displayId };
      const type = update ? "update_display_data" : "display_data";
      this.publish(cell, { type, content: { data, metadata, transient } });
    }
  }

  error(execution: Execution, { ename, evalue, traceback }: CellError): void {
    this.batch.flush();
    this.publish(execution.cell, { type: "error", content: { ename, evalue, traceback } });
  }

  /** Sends what waits for company; call it before a cell's idle, and before anything else that cells caused. */
  flush(): void {
    this.batch.flush();
  }

  private publish(cell: number, outgoing: Omit<Outgoing, "parent">): void {
    const execution = this.executions.of(cell);
    if (execution?.isSilent) return;
    this.channels.publish({ ...outgoing, parent: execution?.request });
    if (this.isFull || this.channels.unpublished < FULL) return;
    this.isFull = true;
    this.pressure.pause();
    void this.channels.published(EMPTY).then(() => {
      this.isFull = false;
      this.pressure.resume();
    });
  }
}
