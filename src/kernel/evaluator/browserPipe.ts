import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

/** Milliseconds for one answer; the first includes the browser's start. */
const PATIENCE = 60_000;

const isWindows = process.platform === "win32";

const FLAGS = [
  "--headless=new",
  "--remote-debugging-pipe",
  // the page holds plotly and the figures of cells, whose code runs in no sandbox either; root and most containers
  // cannot have one
  "--no-sandbox",
  "--disable-dev-shm-usage",
  // WebGL without a graphics card
  "--enable-unsafe-swiftshader",
  "--hide-scrollbars",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-extensions",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * A shell that starts the browser and removes the profile after it, also when this process is there no more. Signals to
 * its group end the browser only. The second removal is for what the browser's last processes still wrote.
 */
const SHELL = 'trap : HUP INT TERM; "$@"; code=$?; rm -rf "$0"; sleep 1; rm -rf "$0"; exit $code';

interface Waiting {
  give: (result: Record<string, unknown>) => void;
  fail: (error: Error) => void;
}

/**
 * A browser without a window, which hears commands of the DevTools protocol on its descriptor 3 and answers on 4. It
 * opens no port. It ends when these pipes close, so that it cannot outlive this process, however that ends; and it does
 * not keep this process alive.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/
 */
export class BrowserPipe {
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<number, Waiting>();
  readonly #close = (): void => this.close();
  #lastId = 0;
  #unread = "";
  #words = "";
  #end: Error | undefined;

  /** @param path the browser's program; that it does not start is told by the first `send` */
  constructor(path: string) {
    // its own profile: a browser that the user has open would take this start over and answer nothing
    this.#profile = mkdtempSync(join(tmpdir(), "sulam-browser-"));
    const args = [...FLAGS, `--user-data-dir=${this.#profile}`, "about:blank"];
    const [program, ...words] = isWindows ? [path, ...args] : ["/bin/sh", "-c", SHELL, this.#profile, path, ...args];
    this.#child = spawn(program, words, { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"], detached: !isWindows });
    this.#child.on("error", (error) => this.#fail(error));
    this.#child.on("exit", (code, signal) => {
      this.#fail(new Error(`the browser ended with ${signal ?? `exit code ${code}`}: ${this.#words.trim()}`));
    });
    const pipes = [2, 3, 4].map((descriptor) => this.#child.stdio[descriptor] as Readable & { unref?: () => void });
    for (const pipe of pipes) {
      pipe.on("error", () => {}); // the end of the process tells more
      pipe.unref?.();
    }
    const [said, , answers] = pipes;
    said.setEncoding("utf8").on("data", (text: string) => {
      this.#words = (this.#words + text).slice(-1000);
    });
    answers.setEncoding("utf8").on("data", (text: string) => this.#hear(text));
    this.#child.unref();
    process.on("exit", this.#close);
  }

  /**
   * Sends a command, to a page when `sessionId` names one, and gives its result.
   *
   * @throws {Error} the browser is gone, refuses the command, or does not answer in a minute
   */
  send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.#lastId;
    return new Promise((give, fail) => {
      if (this.#end) {
        fail(this.#end);
        return;
      }
      const late = (): void => this.#waiting.get(id)?.fail(new Error(`the browser did not answer to ${method}`));
      // a cell may have kept the event loop for longer than that: an answer that is there already is read first
      const timer = setTimeout(() => setImmediate(late), PATIENCE).unref();
      const over = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
      };
      this.#waiting.set(id, {
        give: (result) => {
          over();
          give(result);
        },
        fail: (error) => {
          over();
          fail(error);
        },
      });
      (this.#child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** Ends the browser; its profile goes with it. */
  close(): void {
    process.off("exit", this.#close);
    this.#fail(new Error("the browser was closed"));
    for (const descriptor of [2, 3, 4]) this.#child.stdio[descriptor]?.destroy();
    if (this.#child.pid === undefined || this.#child.exitCode !== null) return;
    try {
      process.kill(isWindows ? this.#child.pid : -this.#child.pid, "SIGTERM");
      if (isWindows) rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
    } catch {
      // it ended meanwhile, or still writes into a folder that is temporary anyway
    }
  }

  /** Messages end with a zero byte. */
  #hear(text: string): void {
    const messages = (this.#unread + text).split("\0");
    this.#unread = messages.pop() ?? "";
    for (const message of messages) {
      const { id, result, error } = JSON.parse(message);
      const waiting = this.#waiting.get(id);
      if (error) waiting?.fail(new Error(error.message));
      else waiting?.give(result);
    }
  }

  #fail(error: Error): void {
    this.#end ??= error;
    for (const { fail } of [...this.#waiting.values()]) fail(error);
  }
}
