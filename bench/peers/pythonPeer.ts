import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { SetupError } from "../../src/base/errors.ts";

/** A Python program of the reference environment that answers each line on its stdin with one line of JSON. */
export class PythonPeer {
  private readonly process: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private readonly script: string;

  /**
   * @param script a file of bench/peers
   * @throws {SetupError} when the reference environment is not there
   */
  constructor(script: string, args: readonly string[]) {
    const python = fileURLToPath(new URL("../../.venv-dev/bin/python", import.meta.url));
    if (!existsSync(python))
      throw new SetupError(
        "bench",
        `the peers need ${python}, which is not there`,
        "Run `python3 -m venv .venv-dev`, then its pip with `install torch==2.13.0`, then `install -r requirements-dev.txt`.",
      );
    this.script = script;
    const path = fileURLToPath(new URL(script, import.meta.url));
    this.process = spawn(python, [path, ...args], { stdio: ["pipe", "pipe", "ignore"] });
    this.lines = createInterface({ input: this.process.stdout! })[Symbol.asyncIterator]();
  }

  /** Sends a line. */
  say(line: string): void {
    this.process.stdin!.write(`${line}\n`);
  }

  /** The next answer. @throws {SetupError} when the program has ended */
  async hear<T>(): Promise<T> {
    const { value, done } = await this.lines.next();
    if (done)
      throw new SetupError(
        "bench",
        `${this.script} ended before it answered`,
        "Run it by hand to see why, in .venv-dev.",
      );
    return JSON.parse(value) as T;
  }

  end(): void {
    this.process.kill();
  }
}
