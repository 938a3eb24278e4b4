import type { EvaluatorCommand, EvaluatorEvent } from "../evaluatorMessages.ts";
import type { Message } from "../wire/message.ts";
import type { Channels } from "./channels.ts";
import type { Executions } from "./executions.ts";

type InputEvent = Extract<EvaluatorEvent, { kind: "input" }>;

/**
 * Questions to the reader: `input_request` out, `input_reply` back. A reply names no request, so the oldest is meant.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-stdin-router-dealer-channel
 */
export class Inputs {
  private readonly channels: Channels;
  private readonly executions: Executions;
  private readonly answer: (command: EvaluatorCommand) => void;
  private waiting: { id: number; cell: number }[] = [];

  constructor(channels: Channels, executions: Executions, answer: (command: EvaluatorCommand) => void) {
    this.channels = channels;
    this.executions = executions;
    this.answer = answer;
  }

  ask({ id, cell, prompt, password }: InputEvent): void {
    const execution = this.executions.of(cell);
    if (!execution?.allowStdin) {
      const error =
        "input: this frontend takes no input while a cell runs (allow_stdin is false). Set a value instead.";
      this.answer({ kind: "inputReply", id, error });
      return;
    }
    this.waiting.push({ id, cell });
    this.channels.reply("stdin", execution.request, { type: "input_request", content: { prompt, password } });
  }

  take({ content: { value } }: Message): void {
    const asked = this.waiting.shift();
    if (asked) this.answer({ kind: "inputReply", id: asked.id, value: String(value ?? "") });
  }

  /** The cell is over: a late answer is not for the next cell that asks. */
  forget(cell: number): void {
    this.waiting = this.waiting.filter((asked) => asked.cell !== cell);
  }
}
