import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { Readable, Writable } from "node:stream";
import type { EvaluatorCommand, EvaluatorEvent } from "../evaluatorMessages.ts";
import { encodeFrame, FrameReader } from "../frames.ts";
import type { ChildProgram } from "./childProgram.ts";
import { MarkerFilter } from "./markerFilter.ts";

/** How an evaluator ended. */
export interface EvaluatorDeath {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The end of what it wrote to descriptor 2, where V8 says why it gave up. */
  lastWords: string;
  /** Whether it was killed from here, because a cell wrote to the descriptor of its events. */
  isGarbled: boolean;
}

/** Who hears what an evaluator does. */
export interface EvaluatorListener {
  event(event: EvaluatorEvent): void;
  /** Output past the evaluator's own streams: of native code and of child processes. */
  raw(name: "stdout" | "stderr", text: string): void;
  /** Comes last, when all that it wrote before was told. */
  dead(death: EvaluatorDeath): void;
}

/** Silence in milliseconds after which a marker is no longer awaited: a cell can close descriptor 1 or 2. */
const PATIENCE = 1000;

/** Turns of 20 ms: so much silence ends the reading of a dead evaluator's pipes, and so much reading in all. */
const QUIET_TURNS = 10;
const ALL_TURNS = 50;

/** One evaluator process: its commands, its events, and its raw descriptors. */
export class EvaluatorProcess {
  private readonly listener: EvaluatorListener;
  private readonly child: ChildProcess;
  private readonly marks: Record<"stdout" | "stderr", number> = { stdout: 0, stderr: 0 };
  private waiter: { cell: number; done: () => void; timer: NodeJS.Timeout } | undefined;
  private lastWords = "";
  private open = 3;
  private isOver = false;
  private isGarbled = false;
  private isPaused = false;
  private onBuried: () => void = () => {};
  /** Resolves when the process is gone and `dead` was told. */
  readonly buried: Promise<void> = new Promise((resolve) => {
    this.onBuried = resolve;
  });

  constructor(program: ChildProgram, listener: EvaluatorListener) {
    this.listener = listener;
    const token = randomBytes(16).toString("hex");
    this.child = spawn(process.execPath, [...program.execArgv, program.file], {
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
      env: { ...process.env, SULAM_KERNEL_TOKEN: token },
    });
    this.commands.on("error", () => {}); // a dead reader is told by `dead`
    const reader = new FrameReader<EvaluatorEvent>();
    this.listen(this.child.stdio[3] as Readable, (chunk) => {
      for (const event of reader.push(chunk)) this.listener.event(event);
    });
    this.listenRaw("stdout", new MarkerFilter(token));
    this.listenRaw("stderr", new MarkerFilter(token));
    this.child.on("error", () => this.end(null, null));
    this.child.on("exit", (code, signal) => void this.end(code, signal));
  }

  send(command: EvaluatorCommand): void {
    if (this.commands.writable) this.commands.write(encodeFrame(command));
  }

  /** Resolves when descriptors 1 and 2 were read up to the markers of `cell`. */
  async settled(cell: number): Promise<void> {
    if (this.isSettled(cell)) return;
    await new Promise<void>((done) => {
      const timer = setTimeout(() => (this.isPaused ? timer.refresh() : done()), PATIENCE);
      this.waiter = { cell, done, timer };
    });
    clearTimeout(this.waiter?.timer);
    this.waiter = undefined;
  }

  /** Stops reading, so that the evaluator's writes block: what cannot be passed on must not pile up here. */
  pause(): void {
    this.isPaused = true;
    for (const stream of this.outputs) stream.pause();
  }

  resume(): void {
    this.isPaused = false;
    for (const stream of this.outputs) stream.resume();
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  /** Whether the process is gone, though `dead` may still be to come. */
  get hasExited(): boolean {
    return this.isOver;
  }

  private get commands(): Writable {
    return this.child.stdio[4] as Writable;
  }

  private get outputs(): Readable[] {
    return [1, 2, 3].map((descriptor) => this.child.stdio[descriptor] as Readable);
  }

  private listenRaw(name: "stdout" | "stderr", filter: MarkerFilter): void {
    const tell = (text: string): void => {
      if (name === "stderr") this.lastWords = (this.lastWords + text).slice(-4096);
      this.listener.raw(name, text);
    };
    const stream = this.child[name] as Readable;
    this.listen(stream, (chunk) => {
      for (const piece of filter.push(chunk)) {
        if ("text" in piece) tell(piece.text);
        else this.marks[name] = piece.marker;
      }
    });
    stream.on("close", () => {
      for (const piece of filter.end()) if ("text" in piece) tell(piece.text);
    });
  }

  private listen(stream: Readable, take: (chunk: Buffer) => void): void {
    stream.on("data", (chunk: Buffer) => {
      try {
        take(chunk);
      } catch (error) {
        // a cell wrote to the descriptor of the events: nothing that follows can be understood
        console.error(`sulam kernel: the evaluator's events are garbled: ${(error as Error).message}`);
        this.isGarbled = true;
        this.kill();
      }
      if (this.waiter && this.isSettled(this.waiter.cell)) this.waiter.done();
      else this.waiter?.timer.refresh();
    });
    stream.on("error", () => {});
    stream.on("close", () => {
      this.open--;
    });
  }

  private isSettled(cell: number): boolean {
    return this.open < 3 || (this.marks.stdout === cell && this.marks.stderr === cell);
  }

  /** Reads out the pipes. Those of a child that lives on stay open, and it may print for ever: silence or time must do. */
  private async end(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    if (this.isOver) return;
    this.isOver = true;
    let quiet = 0;
    const count = (): void => {
      quiet = 0;
    };
    for (const stream of this.outputs) stream.on("data", count);
    for (let turns = 0; this.open > 0 && quiet < QUIET_TURNS && turns < ALL_TURNS; ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (this.isPaused) quiet = 0;
      else {
        quiet++;
        turns++;
      }
    }
    for (const stream of this.outputs) stream.destroy();
    this.waiter?.done();
    this.listener.dead({ code, signal, lastWords: this.lastWords, isGarbled: this.isGarbled });
    this.onBuried();
  }
}
