import { randomUUID } from "node:crypto";
import { Router, XPublisher } from "zeromq";
import { type Connection, endpoint } from "../wire/connection.ts";
import { decodeMessage, encodeMessage, type Message, newHeader } from "../wire/message.ts";
import { ReplayGuard } from "./replayGuard.ts";
import { sendLossless } from "./sendLossless.ts";
import { SendQueue } from "./sendQueue.ts";

/** The channels on which a frontend asks. */
export type Channel = "shell" | "control" | "stdin";

/** What to say, and to whom it belongs. */
export interface Outgoing {
  type: string;
  content: Record<string, unknown>;
  /** The request that it answers or belongs to. */
  parent?: Message;
  metadata?: Record<string, unknown>;
  buffers?: Uint8Array[];
}

/**
 * The kernel's five sockets. Messages that are not signed, repeated, or no messages at all get no answer.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#introduction
 */
export class Channels {
  private readonly connection: Connection;
  /** This kernel's session id, in each of its headers. */
  readonly session: string = randomUUID();
  private readonly routers: Record<Channel | "heartbeat", Router>;
  private readonly publisher: XPublisher = new XPublisher({
    linger: 1000,
    noDrop: true,
    sendTimeout: 0,
    // else a second subscriber of a topic would not be heard of, and not greeted
    verbosity: "allSubs",
  });
  private readonly queues: Record<Channel | "iopub", SendQueue>;
  private readonly guard: ReplayGuard = new ReplayGuard();

  /** @param connection where to listen; call `listen` to start */
  constructor(connection: Connection) {
    this.connection = connection;
    const router = (): Router => new Router({ linger: 1000, sendHighWaterMark: 0, handover: true });
    this.routers = { shell: router(), control: router(), stdin: router(), heartbeat: router() };
    const queue = (channel: Channel): SendQueue => new SendQueue((frames) => this.routers[channel].send(frames));
    const iopub = new SendQueue(sendLossless(this.publisher, { limit: 10_000, pause: 2 }));
    this.queues = { shell: queue("shell"), control: queue("control"), stdin: queue("stdin"), iopub };
  }

  /** Binds all sockets and hands each good message to `handle`. @throws {Error} when a port is taken */
  async listen(handle: (channel: Channel, message: Message) => void): Promise<void> {
    const { routers, connection } = this;
    const at = (port: number): string => endpoint(connection, port);
    await routers.heartbeat.bind(at(connection.hb_port));
    await this.publisher.bind(at(connection.iopub_port));
    await routers.stdin.bind(at(connection.stdin_port));
    await routers.control.bind(at(connection.control_port));
    await routers.shell.bind(at(connection.shell_port));
    void this.echo();
    void this.welcome();
    for (const channel of ["shell", "control", "stdin"] as const) void this.read(channel, handle);
  }

  /** Tells the frontend that sent `parent`, on a channel of its. @returns the message's id */
  reply(channel: Channel, parent: Message, outgoing: Omit<Outgoing, "parent">): string {
    return this.send(channel, parent.identities, { ...outgoing, parent });
  }

  /** Tells all frontends. */
  publish(outgoing: Outgoing): void {
    this.send("iopub", [Buffer.from(`kernel.${this.session}.${outgoing.type}`)], outgoing);
  }

  /** Messages for iopub that no frontend's queue could take yet. */
  get unpublished(): number {
    return this.queues.iopub.pending;
  }

  /** Resolves when at most `limit` messages wait for iopub. */
  async published(limit: number): Promise<void> {
    await this.queues.iopub.below(limit);
  }

  /** Tells all frontends that work on `parent` begins or is over, or that what cells made is lost (`restarting`). */
  status(state: "starting" | "busy" | "idle" | "restarting", parent?: Message): void {
    this.publish({ type: "status", content: { execution_state: state }, parent });
  }

  /** Closes all sockets when what was said has left, or after a second. */
  async close(): Promise<void> {
    const all = Promise.all(Object.values(this.queues).map((queue) => queue.below(0)));
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 1000))]);
    for (const socket of [...Object.values(this.routers), this.publisher]) socket.close();
  }

  private send(channel: Channel | "iopub", identities: Uint8Array[], outgoing: Outgoing): string {
    const { type, content, parent, metadata = {}, buffers = [] } = outgoing;
    const parentHeader = parent?.header ?? {};
    const header = newHeader(type, this.session);
    const message: Message = { identities, header, parentHeader, metadata, content, buffers };
    this.queues[channel].push(encodeMessage(message, this.connection.key));
    return header.msg_id;
  }

  private async read(channel: Channel, handle: (channel: Channel, message: Message) => void): Promise<void> {
    for await (const frames of this.routers[channel]) {
      const message = decodeMessage(frames, this.connection.key);
      if (message === undefined) continue;
      const signature = frames[message.identities.length + 1]!;
      if (this.connection.key !== "" && !this.guard.isNew(signature)) continue;
      try {
        handle(channel, message);
      } catch (error) {
        console.error(`sulam kernel: ${message.header.msg_type}: ${(error as Error).stack}`);
      }
    }
  }

  /** A ROUTER, and not the REP that clients expect to find: a client that dies after its ping cannot lock it. */
  private async echo(): Promise<void> {
    for await (const frames of this.routers.heartbeat) await this.routers.heartbeat.send(frames).catch(() => {});
  }

  /** Protocol 5.4: a new subscriber is greeted, so that it knows that nothing from here on escapes it. */
  private async welcome(): Promise<void> {
    for await (const [frame] of this.publisher) {
      if (frame?.[0] !== 1) continue;
      const topic = frame.subarray(1);
      this.send("iopub", [topic], { type: "iopub_welcome", content: { subscription: topic.toString() } });
    }
  }
}
