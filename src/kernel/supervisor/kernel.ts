import type { CellError, EvaluatorEvent } from "../evaluatorMessages.ts";
import type { Connection } from "../wire/connection.ts";
import type { Message } from "../wire/message.ts";
import { CellRunner } from "./cellRunner.ts";
import { type Channel, Channels } from "./channels.ts";
import type { Checker } from "./checker.ts";
import { Comms, commFromWire, commToWire } from "./comms.ts";
import type { CellListener, Evaluator } from "./evaluator.ts";
import { Executions } from "./executions.ts";
import { History } from "./history.ts";
import { Inputs } from "./inputs.ts";
import { Output } from "./output.ts";
import { type Answer, questions } from "./questions.ts";

/** Milliseconds that a cell's own process has for its exit handlers. */
const SHUTDOWN_PATIENCE = 500;

/** The parts of a kernel that are processes of their own. */
export interface KernelParts {
  connection: Connection;
  checker: Checker;
  /** Starts the evaluator. */
  evaluator: (listener: CellListener) => Evaluator;
  /** Called when the kernel was shut down and all was said. */
  ended: () => void;
}

/**
 * A Jupyter kernel: takes requests from the channels, runs one cell after the other, and answers all else at once, also
 * while a cell runs.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html
 */
export class Kernel {
  private readonly parts: KernelParts;
  private readonly channels: Channels;
  private readonly evaluator: Evaluator;
  private readonly runner: CellRunner;
  private readonly output: Output;
  private readonly inputs: Inputs;
  private readonly executions: Executions = new Executions();
  private readonly history: History = new History();
  private readonly comms: Comms = new Comms();
  private readonly answers: Record<string, Answer>;
  /** Executions and, behind them, comm messages: a cell may register what a later comm message wants. */
  private queue: { channel: Channel; message: Message }[] = [];
  private running: Message | undefined;
  /** Comm messages whose handlers have not returned, by their number. */
  private readonly delivered: Map<number, Message> = new Map();
  private isEnding = false;
  private hasDied = false;

  constructor(parts: KernelParts) {
    this.parts = parts;
    const { connection, checker } = parts;
    this.channels = new Channels(connection);
    this.evaluator = parts.evaluator({
      event: (event) => this.hear(event),
      raw: (name, text) => this.output.stream(this.executions.current, name, text),
      died: (error, wasRunning) => this.mourn(error, wasRunning),
    });
    this.output = new Output(this.channels, this.executions, this.evaluator);
    this.inputs = new Inputs(this.channels, this.executions, (command) => this.evaluator.send(command));
    this.runner = new CellRunner(checker, this.evaluator, this.output);
    this.answers = questions({ checker, connection, history: this.history, comms: this.comms });
  }

  /** Listens to the frontends. @throws {Error} when a port is taken */
  async listen(): Promise<void> {
    await this.channels.listen((channel, message) => this.take(channel, message));
    this.channels.status("starting");
  }

  /** As after an `interrupt_request`; harmless when no cell runs. */
  interrupt(): void {
    this.runner.interrupt();
  }

  /** As after a `shutdown_request`, with nobody to answer. */
  async shutdown(): Promise<void> {
    if (this.isEnding) return;
    this.isEnding = true;
    this.parts.checker.stop();
    await this.evaluator.stop(SHUTDOWN_PATIENCE);
    this.output.flush();
    await this.channels.close();
    this.parts.ended();
  }

  private take(channel: Channel, message: Message): void {
    const type = message.header.msg_type;
    if (channel === "stdin") {
      if (type === "input_reply") this.inputs.take(message);
    } else if (type === "execute_request" || type.startsWith("comm_")) {
      if (type === "comm_info_request") void this.answer(channel, message, this.answers[type]!);
      else if (type !== "execute_request" && this.queue.length === 0 && this.evaluator.isBusy) this.deliver(message);
      else {
        this.queue.push({ channel, message });
        if (!this.running) void this.work();
      }
    } else if (type === "interrupt_request") {
      this.interrupt();
      void this.answer(channel, message, () => ({ status: "ok" }));
    } else if (type === "shutdown_request") void this.end(channel, message);
    else if (Object.hasOwn(this.answers, type)) void this.answer(channel, message, this.answers[type]!);
  }

  private async work(): Promise<void> {
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      this.running = next.message;
      try {
        if (next.message.header.msg_type === "execute_request") await this.execute(next.channel, next.message);
        else this.deliver(next.message);
      } catch (error) {
        console.error(`sulam kernel: ${(error as Error).stack}`);
      }
    }
    this.running = undefined;
  }

  private async execute(channel: Channel, request: Message): Promise<void> {
    const { code, silent, store_history, stop_on_error } = request.content;
    const started = new Date().toISOString();
    const storesHistory = silent !== true && store_history !== false;
    this.channels.status("busy", request);
    const execution = this.executions.begin(request, storesHistory);
    const execution_count = execution.count;
    if (storesHistory) this.history.add(execution_count, String(code));
    if (!execution.isSilent)
      this.channels.publish({
        type: "execute_input",
        content: { code: String(code), execution_count },
        parent: request,
      });

    const delivered = [...this.delivered.keys()];
    const { error, userExpressions } = await this.runner.run(execution);
    // what was handed over before the cell came before it: handlers that have not returned by now were stopped
    for (const cell of delivered) this.delivery(cell);
    this.inputs.forget(execution.cell);
    const aborted = error && stop_on_error !== false ? await this.takeQueued() : [];
    const content = error
      ? { status: "error", execution_count, ...error, user_expressions: {}, payload: [] }
      : { status: "ok", execution_count, user_expressions: userExpressions, payload: [] };
    this.channels.reply(channel, request, { type: "execute_reply", content, metadata: { started } });
    // before idle: who waits for a cell's end must know by then; behind its error: frontends forget the cell at this
    if (this.hasDied) this.channels.status("restarting");
    this.hasDied = false;
    this.channels.status("idle", request);
    for (const skipped of aborted) this.abort(skipped.channel, skipped.message);
  }

  /** The executions that were sent before their sender could know of the error; others keep their place. */
  private async takeQueued(): Promise<{ channel: Channel; message: Message }[]> {
    // two turns of the loop: what has reached the sockets is read by then
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    const isExecution = (item: { message: Message }): boolean => item.message.header.msg_type === "execute_request";
    const taken = this.queue.filter(isExecution);
    this.queue = this.queue.filter((item) => !isExecution(item));
    return taken;
  }

  private abort(channel: Channel, request: Message): void {
    this.channels.status("busy", request);
    const content = { status: "aborted", execution_count: this.executions.count };
    this.channels.reply(channel, request, { type: "execute_reply", content });
    this.channels.status("idle", request);
  }

  private async answer(channel: Channel, request: Message, answer: Answer): Promise<void> {
    this.channels.status("busy", request);
    const type = request.header.msg_type.replace(/_request$/, "_reply");
    let content: Record<string, unknown>;
    try {
      content = await answer(request.content);
    } catch (error) {
      const { name, message } = error as Error;
      content = { status: "error", ename: name, evalue: message, traceback: [] };
    }
    this.channels.reply(channel, request, { type, content });
    this.idle(request);
  }

  private deliver(message: Message): void {
    this.channels.status("busy", message);
    const comm = commFromWire(message);
    if (comm === undefined) {
      this.idle(message);
      return;
    }
    this.comms.note(comm);
    const { cell } = this.executions.deliver(message);
    this.delivered.set(cell, message);
    if (!this.evaluator.send({ kind: "comm", cell, message: comm })) this.delivery(cell);
  }

  /** The handlers of a comm message are over, or gone with their process. */
  private delivery(cell: number): void {
    const message = this.delivered.get(cell);
    if (!message) return;
    this.output.flush();
    this.delivered.delete(cell);
    this.idle(message);
  }

  /** Frontends show the state that they heard last, so a running cell says again that it runs. */
  private idle(request: Message): void {
    this.channels.status("idle", request);
    if (this.running && this.running !== request) this.channels.status("busy", this.running);
  }

  private hear(event: EvaluatorEvent): void {
    if (event.kind === "stream") this.output.stream(event.cell, event.name, event.text);
    else if (event.kind === "input") {
      this.output.flush();
      this.inputs.ask(event);
    } else if (event.kind === "commDone") this.delivery(event.cell);
    else if (event.kind === "comm") {
      this.output.flush();
      this.comms.note(event.message);
      this.channels.publish({ ...commToWire(event.message), parent: this.executions.of(event.cell)?.request });
    } else if (event.kind === "display" || event.kind === "clear" || event.kind === "result") {
      this.output.show(event);
      if (event.kind === "result") this.history.result(event.cell, String(event.data["text/plain"] ?? ""));
    }
  }

  private mourn(error: CellError, wasRunning: boolean): void {
    this.parts.checker.reset();
    const cell = this.executions.current;
    if (wasRunning) this.hasDied = true;
    else this.output.stream(cell, "stderr", `${error.traceback.join("\n")}\n`);
    for (const delivered of [...this.delivered.keys()]) this.delivery(delivered);
    this.output.flush();
    for (const commId of this.comms.closeAll()) {
      const parent = this.executions.of(cell)?.request;
      this.channels.publish({ ...commToWire({ what: "close", commId, data: {} }), parent });
    }
    if (wasRunning) return;
    this.channels.status("restarting");
    // frontends show the state that they heard last
    this.channels.status(this.running ? "busy" : "idle", this.running);
  }

  private async end(channel: Channel, request: Message): Promise<void> {
    const content = { status: "ok", restart: request.content.restart === true };
    this.channels.status("busy", request);
    this.channels.reply(channel, request, { type: "shutdown_reply", content });
    this.channels.publish({ type: "shutdown_reply", content, parent: request });
    this.channels.status("idle", request);
    await this.shutdown();
  }
}
