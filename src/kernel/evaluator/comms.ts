import { randomUUID } from "node:crypto";
import type { CommMessage, EvaluatorEvent } from "../evaluatorMessages.ts";

/** What may go with a comm message besides its data. */
export interface CommExtra {
  metadata?: Record<string, unknown>;
  buffers?: Uint8Array[];
}

type OnMessage = (data: unknown, extra: Required<CommExtra>) => void;
type OnClose = (data: unknown) => void;
type Post = (message: CommMessage) => void;

/** One channel between the kernel and a frontend's widget. */
export class Comm {
  readonly id: string;
  readonly targetName: string;
  readonly #post: Post;
  readonly #messageListeners: OnMessage[] = [];
  readonly #closeListeners: OnClose[] = [];

  /** @param post sends one message of this comm */
  constructor(id: string, targetName: string, post: Post) {
    this.id = id;
    this.targetName = targetName;
    this.#post = post;
  }

  send(data: unknown, { metadata, buffers }: CommExtra = {}): void {
    this.#post({ what: "msg", commId: this.id, data, metadata, buffers: buffers?.map(toBase64) });
  }

  close(data: unknown = {}): void {
    this.#post({ what: "close", commId: this.id, data });
  }

  onMessage(listener: OnMessage): void {
    this.#messageListeners.push(listener);
  }

  onClose(listener: OnClose): void {
    this.#closeListeners.push(listener);
  }

  /** A message from the frontend, for the listeners. */
  receive(message: CommMessage): void {
    const { data, metadata = {}, buffers = [] } = message;
    const extra = { metadata, buffers: buffers.map((text) => new Uint8Array(Buffer.from(text, "base64"))) };
    if (message.what === "close") for (const listener of this.#closeListeners) listener(data);
    else for (const listener of this.#messageListeners) listener(data, extra);
  }
}

/**
 * The kernel's side of Jupyter's comms: `comms` of user code.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages
 */
export class Comms {
  readonly #targets = new Map<string, (comm: Comm, data: unknown) => void>();
  readonly #open = new Map<string, Comm>();
  readonly #send: (event: EvaluatorEvent) => void;
  readonly #cellOf: () => number;

  /**
   * @param send   sends an event
   * @param cellOf the cell to which the running code belongs
   */
  constructor(send: (event: EvaluatorEvent) => void, cellOf: () => number) {
    this.#send = send;
    this.#cellOf = cellOf;
  }

  registerTarget(name: string, opened: (comm: Comm, data: unknown) => void): void {
    this.#targets.set(name, opened);
  }

  open(targetName: string, data: unknown = {}, { metadata, buffers }: CommExtra = {}): Comm {
    const comm = this.#make(randomUUID(), targetName);
    this.#post({ what: "open", commId: comm.id, targetName, data, metadata, buffers: buffers?.map(toBase64) });
    return comm;
  }

  /** A message from the frontend. A comm for a target that nobody registered is closed, as the protocol wants. */
  receive(message: CommMessage): void {
    const { what, commId, targetName = "", data } = message;
    if (what !== "open") {
      const comm = this.#open.get(commId);
      if (what === "close") this.#open.delete(commId);
      comm?.receive(message);
      return;
    }
    const opened = this.#targets.get(targetName);
    if (opened) opened(this.#make(commId, targetName), data);
    else this.#post({ what: "close", commId, data: {} });
  }

  #make(id: string, targetName: string): Comm {
    const comm = new Comm(id, targetName, (message) => this.#post(message));
    this.#open.set(id, comm);
    return comm;
  }

  #post(message: CommMessage): void {
    if (message.what === "close") this.#open.delete(message.commId);
    this.#send({ kind: "comm", cell: this.#cellOf(), message });
  }
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
