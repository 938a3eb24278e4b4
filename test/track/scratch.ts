import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { openStore, type StoreOptions } from "../../src/track/openStore.ts";
import type { Store } from "../../src/track/store.ts";

/** An empty folder that goes when the test is over. */
export function scratch(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "sulam-track-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** An open store in an empty folder. */
export function scratchStore(t: TestContext, options: StoreOptions = {}): Store {
  const store = openStore({ dir: scratch(t), ...options });
  t.after(() => store.close());
  return store;
}

/** A clock that moves by `tick` at every look and may be set. */
export function clock(start: number, tick = 1): { now: () => number; set: (time: number) => void } {
  let time = start;
  return {
    now() {
      time += tick;
      return time - tick;
    },
    set(value) {
      time = value;
    },
  };
}

/** Starts `child.ts` in a process of its own; its standard output is a pipe. */
export function startChild(...args: string[]): ChildProcess {
  const program = fileURLToPath(new URL("child.ts", import.meta.url));
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const node = ["--import", "tsx", "--conditions=source", program, ...args];
  return spawn(process.execPath, node, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
}

/** What a child wrote and how it ended. */
export interface Outcome {
  stdout: string;
  stderr: string;
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Waits for the end of a child. `onText` sees its output as it comes. */
export function outcome(child: ChildProcess, onText: (text: string) => void = () => {}): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (data) => {
    stdout += data;
    onText(stdout);
  });
  child.stderr?.on("data", (data) => {
    stderr += data;
  });
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ stdout, stderr, code, signal }));
  });
}
