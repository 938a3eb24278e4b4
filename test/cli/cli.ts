import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

/** What a command did. */
export interface Outcome {
  code: number | null;
  stdout: Buffer;
  out: string;
  err: string;
}

/** How to start it. */
export interface Start {
  input?: string | Uint8Array;
  cwd?: string;
  env?: Record<string, string>;
  /** A file descriptor in place of the pipe that gathers standard output. */
  stdout?: number;
  /** The same for standard error. */
  stderr?: number;
  /** Kills or signals the running program. */
  meddle?: (child: ReturnType<typeof spawn>) => void;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** `dist/`, as users run it, when it was built after the last change of a source (`npm test` sees to it); else the sources. */
export function program(): string[] {
  const built = statSync(join(root, "dist/.stamp"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true });
  const isNew = sources.some((file) => statSync(join(file.parentPath ?? file.path, file.name)).mtimeMs > built);
  if (!isNew) return [join(root, "dist/cli/main.js")];
  return ["--import", import.meta.resolve("tsx"), "--conditions=source", join(root, "src/cli/main.ts")];
}

const command = program();

/** Runs the real program in a process of its own. */
export function cli(args: readonly string[], start: Start = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [...command, ...args], {
    cwd: start.cwd ?? root,
    stdio: ["pipe", start.stdout ?? "pipe", start.stderr ?? "pipe"],
    env: { ...process.env, SULAM_STORE: undefined, SULAM_DEBUG: undefined, OMP_NUM_THREADS: "1", ...start.env },
  });
  start.meddle?.(child);
  const [stdout, stderr]: Buffer[][] = [[], []];
  child.stdout?.on("data", (chunk) => stdout.push(chunk));
  child.stderr?.on("data", (chunk) => stderr.push(chunk));
  // a program that ends early does not read its input
  child.stdin?.on("error", () => {});
  child.stdin?.end(start.input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const whole = Buffer.concat(stdout);
      resolve({ code, stdout: whole, out: whole.toString(), err: Buffer.concat(stderr).toString() });
    });
  });
}

/** A folder for the tests of a file; it is removed at the end. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "sulam-cli-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
