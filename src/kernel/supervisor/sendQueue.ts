/**
 * Sends one message after the other: a ZeroMQ socket takes only one pending send, and what overtakes is lost order.
 */
export class SendQueue {
  private readonly send: (frames: Uint8Array[]) => Promise<void>;
  private readonly waiting: Uint8Array[][] = [];
  private busy = false;
  private listeners: { limit: number; call: () => void }[] = [];

  /** @param send resolves when the socket has taken the message; its failure loses that message alone */
  constructor(send: (frames: Uint8Array[]) => Promise<void>) {
    this.send = send;
  }

  /** Messages that the socket has not taken yet. */
  get pending(): number {
    return this.waiting.length + (this.busy ? 1 : 0);
  }

  push(frames: Uint8Array[]): void {
    this.waiting.push(frames);
    if (!this.busy) void this.run();
  }

  /** Resolves when at most `limit` messages wait. */
  async below(limit: number): Promise<void> {
    if (this.pending <= limit) return;
    await new Promise<void>((call) => this.listeners.push({ limit, call }));
  }

  private async run(): Promise<void> {
    this.busy = true;
    for (let frames = this.waiting.shift(); frames; frames = this.waiting.shift()) {
      try {
        await this.send(frames);
      } catch (error) {
        console.error(`sulam kernel: a message could not be sent: ${(error as Error).message}`);
      }
      if (this.waiting.length === 0) this.busy = false;
      this.tell();
    }
    this.busy = false;
  }

  private tell(): void {
    if (this.listeners.length === 0) return;
    const ready = this.listeners.filter(({ limit }) => this.pending <= limit);
    this.listeners = this.listeners.filter(({ limit }) => this.pending > limit);
    for (const { call } of ready) call();
  }
}
