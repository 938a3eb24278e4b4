import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { CommMessage, EvaluatorCommand, EvaluatorEvent } from "../../../src/kernel/evaluatorMessages.ts";
import { encodeFrame, FrameReader } from "../../../src/kernel/frames.ts";

const MAIN = new URL("../../../src/kernel/evaluator/main.ts", import.meta.url).pathname;

/** How one cell went. */
export interface Ran {
  events: EvaluatorEvent[];
  /** Text of the stream events of the cell. */
  stdout: string;
  stderr: string;
  error?: { ename: string; evalue: string; traceback: string[] };
  /** `text/plain` of the cell's value. */
  result?: string;
}

/** An evaluator process under test, spoken to as the supervisor does. */
export class TestEvaluator {
  readonly child: ChildProcess;
  readonly events: EvaluatorEvent[] = [];
  /** Bytes that came over descriptors 1 and 2. */
  readonly raw: { 1: string; 2: string } = { 1: "", 2: "" };
  private readonly done = new Map<number, Extract<EvaluatorEvent, { kind: "done" }>>();
  private cells = 0;
  private readonly listeners = new Set<() => void>();

  constructor(child: ChildProcess) {
    this.child = child;
    const reader = new FrameReader<EvaluatorEvent>();
    child.on("close", () => {
      for (const listener of [...this.listeners]) listener();
    });
    // A process that dies with a command unread resets its end.
    child.stdio[4]!.on("error", () => {});
    (child.stdio[3] as Readable).on("data", (chunk: Buffer) => {
      for (const event of reader.push(chunk)) {
        this.events.push(event);
        if (event.kind === "done") this.done.set(event.cell, event);
      }
      for (const listener of [...this.listeners]) listener();
    });
    for (const fd of [1, 2] as const) {
      (child.stdio[fd] as Readable).setEncoding("utf8").on("data", (text: string) => {
        this.raw[fd] += text;
        for (const listener of [...this.listeners]) listener();
      });
    }
  }

  send(command: EvaluatorCommand): void {
    (this.child.stdio[4] as Writable).write(encodeFrame(command));
  }

  /** Resolves once `found` gives something other than undefined; asked again at each arrival. */
  async until<T>(found: () => T | undefined, what: string, patience: number = 20_000): Promise<T> {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.listeners.delete(look);
        reject(
          new Error(`waited ${patience / 1000} s for ${what}; last events: ${JSON.stringify(this.events.slice(-5))}`),
        );
      }, patience);
      const look = (): void => {
        const value = found();
        if (value === undefined) {
          const { exitCode, signalCode } = this.child;
          if (exitCode === null && signalCode === null) return;
          clearTimeout(timer);
          this.listeners.delete(look);
          reject(
            new Error(`the process ended (${exitCode ?? signalCode}) before ${what}: ${this.raw[2].slice(-2000)}`),
          );
          return;
        }
        clearTimeout(timer);
        this.listeners.delete(look);
        resolve(value);
      };
      this.listeners.add(look);
      look();
    });
  }

  /** Starts a cell; returns its number. */
  begin(js: string, more: { silent?: boolean; allowStdin?: boolean; map?: string; fileName?: string } = {}): number {
    const cell = ++this.cells;
    const map = more.map ?? identityMap(`cell${cell}.ts`, js);
    const { silent = false, allowStdin = false, fileName = `cell${cell}.ts` } = more;
    this.send({ kind: "execute", cell, fileName, js, map, silent, allowStdin });
    return cell;
  }

  /** Hands over a frontend's comm message; returns its number. */
  comm(message: CommMessage): number {
    const cell = ++this.cells;
    this.send({ kind: "comm", cell, message });
    return cell;
  }

  /** Waits for a cell's `done`. */
  async end(cell: number, patience?: number): Promise<Ran> {
    const done = await this.until(() => this.done.get(cell), `the end of cell ${cell}`, patience);
    const events = this.events.filter((event) => "cell" in event && event.cell === cell);
    const text = (name: string): string =>
      events.map((event) => (event.kind === "stream" && event.name === name ? event.text : "")).join("");
    const value = events.find((event) => event.kind === "result");
    return {
      events,
      stdout: text("stdout"),
      stderr: text("stderr"),
      error: done.error,
      result: value?.kind === "result" ? String(value.data["text/plain"]) : undefined,
    };
  }

  async run(js: string, more: { silent?: boolean; allowStdin?: boolean; map?: string } = {}): Promise<Ran> {
    return await this.end(this.begin(js, more));
  }

  /** Runs a cell that must succeed, and gives the text of its value. */
  async value(js: string): Promise<string | undefined> {
    const ran = await this.run(js);
    if (ran.error) throw new Error(`cell failed: ${js}\n${ran.error.traceback.join("\n")}`);
    return ran.result;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGKILL");
    await once(this.child, "exit");
  }
}

/** Starts an evaluator in a folder of its own, or in the given one. */
export async function startEvaluator(cwd: string = mkdtempSync(join(tmpdir(), "evaluator-"))): Promise<TestEvaluator> {
  const tsx = import.meta.resolve("tsx");
  const child = spawn(process.execPath, ["--import", tsx, "--conditions=source", MAIN], {
    cwd,
    env: { ...process.env, SULAM_KERNEL_TOKEN: "secret" },
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
  });
  const evaluator = new TestEvaluator(child);
  await evaluator.until(() => evaluator.events.find((event) => event.kind === "ready"), "ready");
  return evaluator;
}

/** A map that leaves every line where it is, for cells that are JavaScript already. */
export function identityMap(file: string, text: string): string {
  const lines = text.split("\n");
  const mappings = lines.map((_, index) => (index === 0 ? "AAAA" : "AACA")).join(";");
  return JSON.stringify({ version: 3, sources: [file], sourcesContent: [text], names: [], mappings });
}
