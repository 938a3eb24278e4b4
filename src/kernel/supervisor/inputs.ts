import type { EvaluatorCommand, EvaluatorEvent } from "../evaluatorMessages.ts";
import type { Message } from "../wire/message.ts";
import type { Channels } from "./channels.ts";
import type { Executions } from "./executions.ts";

type InputEvent = Extract<EvaluatorEvent, { kind: "input" }>;

/**
 * Questions to the reader: `input_request` out, `input_reply` back. Where a reply names its request (JupyterLab's do), it
 * answers that one, or nothing when the cell that asked is over; else the oldest is meant (jupyter_client's name none).
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-stdin-router-dealer-channel
 */
export class Inputs {
  private readonly channels: Channels;
  private readonly executions: Executions;
  private readonly answer: (command: EvaluatorCommand) => void;
  private waiting: { id: number; cell: number; messageId: string }[] = [];

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
    const outgoing = { type: "input_request", content: { prompt, password } };
    const messageId = this.channels.reply("stdin", execution.request, outgoing);
    this.waiting.push({ id, cell, messageId });
  }

  take({ content: { value }, parentHeader }: Message): void {
    const isNamed = parentHeader.msg_type === "input_request";
    const asked = this.waiting.find(({ messageId }) => !isNamed || messageId === parentHeader.msg_id);
    this.waiting = this.waiting.filter((other) => other !== asked);
    if (asked) this.answer({ kind: "inputReply", id: asked.id, value: String(value ?? "") });
  }

  /** The cell is over: nothing it asked waits for an answer. */
  forget(cell: number): void {
    this.waiting = this.waiting.filter((asked) => asked.cell !== cell);
  }
}
