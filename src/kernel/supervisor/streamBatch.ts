/** Output that goes out as one `stream` message. */
export interface StreamChunk {
  cell: number;
  name: "stdout" | "stderr";
  text: string;
}

/** When a batch is full. */
export interface BatchLimits {
  /** Milliseconds that a first character waits for company. */
  wait: number;
  /** UTF-16 code units. */
  size: number;
}

/**
 * Joins small writes of one cell and one stream, so that 100,000 lines do not become 100,000 messages. The order of
 * stdout, stderr and everything else is kept: call `flush` before any other message goes out.
 */
export class StreamBatch {
  private readonly send: (chunk: StreamChunk) => void;
  private readonly limits: BatchLimits;
  private parts: string[] = [];
  private size = 0;
  private cell = 0;
  private name: StreamChunk["name"] = "stdout";
  private timer: NodeJS.Timeout | undefined;

  /** @param send takes each batch */
  constructor(send: (chunk: StreamChunk) => void, limits: BatchLimits = { wait: 50, size: 65_536 }) {
    this.send = send;
    this.limits = limits;
  }

  add({ cell, name, text }: StreamChunk): void {
    if (text === "") return;
    if (this.size > 0 && (cell !== this.cell || name !== this.name)) this.flush();
    this.cell = cell;
    this.name = name;
    this.parts.push(text);
    this.size += text.length;
    if (this.size >= this.limits.size) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), this.limits.wait);
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.size === 0) return;
    const text = this.parts.join("");
    this.parts = [];
    this.size = 0;
    this.send({ cell: this.cell, name: this.name, text });
  }
}
