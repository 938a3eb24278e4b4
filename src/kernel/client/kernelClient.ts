import { randomUUID } from "node:crypto";
import { Dealer, Subscriber } from "zeromq";
import { type Connection, endpoint } from "../wire/connection.ts";
import { decodeMessage, encodeMessage, type Message, newHeader } from "../wire/message.ts";

/** A request that was sent. */
export interface Request {
  /** Its `msg_id`: outputs carry it as their parent's. */
  id: string;
  /** The reply; rejects when the client is closed first. */
  reply: Promise<Message>;
  /** Resolves when the kernel's `status: idle` of this request has come, after all its outputs; rejects as `reply`. */
  idle: Promise<void>;
}

interface Waiting {
  reply: (message: Message) => void;
  idle: () => void;
  fail: (error: Error) => void;
}

/** What to do with messages that answer no single call. */
export interface Listeners {
  /** Every iopub message, in order, before the `idle` that follows it is told. */
  onIopub?: (message: Message) => void;
  /** An `input_request`: the text to answer with. Without it, requests tell the kernel that nobody can answer. */
  onInput?: (prompt: string, password: boolean) => Promise<string>;
}

/**
 * A frontend's end of a Jupyter kernel: requests on shell and control, outputs from iopub, input on stdin. It needs a
 * kernel that runs already; `startKernel` starts one.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html
 */
export class KernelClient {
  readonly #connection: Connection;
  readonly #listeners: Listeners;
  readonly #session: string = randomUUID();
  // nothing may be dropped on our side, however slow we read
  readonly #iopub = new Subscriber({ receiveHighWaterMark: 0, linger: 0 });
  readonly #sockets: Record<"shell" | "control" | "stdin", Dealer>;
  readonly #sending = new Map<Dealer, Promise<void>>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #stdinOpen: Promise<void>;
  #hasHeard = false;

  /** Opens the sockets; `live` tells when the kernel answers. */
  constructor(connection: Connection, listeners: Listeners = {}) {
    this.#connection = connection;
    this.#listeners = listeners;
    // the kernel sends an input request to the identity that asked on the shell channel
    const dealer = (): Dealer => new Dealer({ routingId: this.#session, receiveHighWaterMark: 0, linger: 0 });
    this.#sockets = { shell: dealer(), control: dealer(), stdin: dealer() };
    // a kernel's question to a frontend that is not there yet is dropped
    const { events } = this.#sockets.stdin;
    this.#stdinOpen = listeners.onInput
      ? new Promise((resolve) => events.on("handshake", () => resolve()))
      : Promise.resolve();
    this.#iopub.connect(endpoint(connection, connection.iopub_port));
    this.#iopub.subscribe();
    void this.#receive(this.#iopub, (message) => this.#onIopub(message));
    for (const channel of ["shell", "control", "stdin"] as const) {
      this.#sockets[channel].connect(endpoint(connection, connection[`${channel}_port`]));
      void this.#receive(this.#sockets[channel], (message) => this.#onReply(channel, message));
    }
  }

  /**
   * The kernel's `kernel_info_reply`, once it answers and the subscription is seen to be live: iopub has no replay, so
   * what a kernel says before that would be lost.
   */
  async live(): Promise<Record<string, unknown>> {
    await this.#stdinOpen;
    for (;;) {
      const { reply, idle } = this.request("kernel_info_request", {});
      idle.catch(() => {});
      const { content } = await reply;
      const again = new Promise<void>((resolve) => setTimeout(resolve, 100));
      await Promise.race([idle, again]);
      if (this.#hasHeard) return content;
    }
  }

  /** Sends a request. */
  request(type: string, content: Record<string, unknown>, channel: "shell" | "control" = "shell"): Request {
    const header = newHeader(type, this.#session);
    const id = header.msg_id;
    let fail: (error: Error) => void = () => {};
    const reply = new Promise<Message>((resolve, reject) => {
      fail = reject;
      this.#waiting.set(id, { reply: resolve, idle: () => {}, fail: reject });
    });
    const idle = new Promise<void>((resolve, reject) => {
      const waiting = this.#waiting.get(id)!;
      waiting.idle = resolve;
      waiting.fail = (error) => {
        fail(error);
        reject(error);
      };
    });
    void Promise.allSettled([reply, idle]).then(() => this.#waiting.delete(id));
    // who awaits only one of the two must not be ended by the other
    reply.catch(() => {});
    idle.catch(() => {});
    const message = { identities: [], header, parentHeader: {}, metadata: {}, content, buffers: [] };
    this.#send(this.#sockets[channel], message).catch((error) => this.#waiting.get(id)?.fail(error as Error));
    return { id, reply, idle };
  }

  /** Sends an `execute_request`; `content` overrides its fields. */
  execute(code: string, content: Record<string, unknown> = {}): Request {
    const allow_stdin = this.#listeners.onInput !== undefined;
    const usual = { silent: false, store_history: true, user_expressions: {}, allow_stdin, stop_on_error: true };
    return this.request("execute_request", { code, ...usual, ...content });
  }

  /** Closes the sockets; what still waits is rejected. */
  close(): void {
    for (const socket of [this.#iopub, ...Object.values(this.#sockets)]) if (!socket.closed) socket.close();
    for (const { fail } of this.#waiting.values()) fail(new Error("the connection to the kernel was closed"));
    this.#waiting.clear();
  }

  async #receive(socket: Dealer | Subscriber, take: (message: Message) => void): Promise<void> {
    try {
      for await (const frames of socket) {
        const message = decodeMessage(frames, this.#connection.key);
        if (message) take(message);
      }
    } catch (error) {
      if (!socket.closed) throw error;
    }
  }

  #onIopub(message: Message): void {
    this.#hasHeard = true;
    this.#listeners.onIopub?.(message);
    const { header, parentHeader, content } = message;
    if (header.msg_type === "status" && content.execution_state === "idle")
      this.#waiting.get(parentHeader.msg_id ?? "")?.idle();
  }

  #onReply(channel: "shell" | "control" | "stdin", message: Message): void {
    if (channel !== "stdin") this.#waiting.get(message.parentHeader.msg_id ?? "")?.reply(message);
    else if (message.header.msg_type === "input_request") void this.#answerInput(message);
  }

  async #answerInput({ header, content }: Message): Promise<void> {
    const value = await this.#listeners.onInput?.(String(content.prompt ?? ""), content.password === true);
    if (value === undefined) return;
    const reply = newHeader("input_reply", this.#session);
    const content_ = { status: "ok", value };
    const parts = { identities: [], metadata: {}, buffers: [] };
    await this.#send(this.#sockets.stdin, { ...parts, header: reply, parentHeader: header, content: content_ });
  }

  /** A ZeroMQ socket takes one message at a time. */
  #send(socket: Dealer, message: Message): Promise<void> {
    const frames = encodeMessage(message, this.#connection.key) as Buffer[];
    const sent = (this.#sending.get(socket) ?? Promise.resolve()).then(() => socket.send(frames));
    this.#sending.set(
      socket,
      sent.catch(() => {}),
    );
    return sent;
  }
}
