import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SulamError } from "../../base/errors.ts";
import { KernelClient, type Listeners } from "./kernelClient.ts";
import type { KernelCommand } from "./kernelCommand.ts";
import { newConnection } from "./newConnection.ts";

/** The kernel's process is gone, or never came. */
export class DeadKernelError extends SulamError {}

/** How a kernel is started. */
export interface StartOptions extends Listeners {
  cwd: string;
  /** Milliseconds until the first answer. */
  startTimeoutMs: number;
}

/** A kernel process and the client that speaks to it. */
export interface RunningKernel {
  client: KernelClient;
  /** Of the process that was started; the kernel's other processes are below it. */
  pid: number;
  /** The content of its `kernel_info_reply`. */
  info: Record<string, unknown>;
  /** Resolves when the process has ended, with how it ended and its last words. */
  exited: Promise<string>;
  /** Interrupts what runs. */
  interrupt(): void;
  /** Ends it: asked first, then killed with its children after `graceMs`. Leaves no file behind. */
  stop(graceMs?: number): Promise<void>;
  /** Kills it and its children at once. */
  kill(): void;
}

/** So much of what a kernel prints beside the protocol is kept, for the case that it dies. */
const lastWordsLength = 4000;

/**
 * Starts a kernel with a fresh key in a connection file that only this user can read, and waits until it answers.
 *
 * @throws {DeadKernelError} the command does not exist, ends, or does not answer in time
 */
export async function startKernel(command: KernelCommand, options: StartOptions): Promise<RunningKernel> {
  const connection = { ...(await newConnection()), kernel_name: command.name };
  const folder = mkdtempSync(join(tmpdir(), "sulam-kernel-"));
  const file = join(folder, "connection.json");
  writeFileSync(file, JSON.stringify(connection, null, 2), { mode: 0o600 });
  const [program, ...args] = command.argv.map((word) => word.replace("{connection_file}", file));
  const child = spawn(program, args, {
    cwd: options.cwd,
    // kernels watch this process, and end when it was killed
    env: { ...process.env, JPY_PARENT_PID: String(process.pid), ...command.env },
    stdio: ["ignore", "pipe", "pipe"],
    // its own group: Ctrl-C in a terminal must reach it through us only
    detached: true,
  });
  const kill = (): void => killGroup(child);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const abandon = (): void => {
    kill();
    remove();
  };
  process.on("exit", abandon);
  const exited = ended(child).finally(() => {
    process.off("exit", abandon);
    remove();
  });
  const client = new KernelClient(connection, options);
  const fail = (problem: string): DeadKernelError =>
    new DeadKernelError(`the kernel ${command.name}`, problem, `It was started as: ${command.argv.join(" ")}`);
  let timer: NodeJS.Timeout | undefined;
  try {
    const info = await Promise.race([
      client.live(),
      exited.then((how) => Promise.reject(fail(`ended before it answered: ${how}`))),
      new Promise<never>((_, reject) => {
        const seconds = options.startTimeoutMs / 1000;
        timer = setTimeout(() => reject(fail(`did not answer within ${seconds} s`)), options.startTimeoutMs);
      }),
    ]);
    return {
      client,
      // it has answered, so it was started
      pid: child.pid as number,
      info,
      exited,
      kill,
      interrupt: () => {
        if (command.interruptMode === "signal") child.kill("SIGINT");
        else client.request("interrupt_request", {}, "control");
      },
      stop: (graceMs = 5000) => stop(client, { exited, kill }, graceMs),
    };
  } catch (error) {
    client.close();
    kill();
    await exited;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function ended(child: ChildProcess): Promise<string> {
  let words = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-lastWordsLength);
    });
  const said = (how: string): string => (words.trim() === "" ? how : `${how}; it said:\n${words.trim()}`);
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(said(error.message)));
    // not "close": a grandchild may hold the pipes for long
    child.on("exit", (code, signal) =>
      setImmediate(() => resolve(said(signal === null ? `exit code ${code}` : `signal ${signal}`))),
    );
  });
}

async function stop(
  client: KernelClient,
  { exited, kill }: Pick<RunningKernel, "exited" | "kill">,
  graceMs: number,
): Promise<void> {
  client.request("shutdown_request", { restart: false }, "control");
  const timer = setTimeout(kill, graceMs);
  await exited;
  clearTimeout(timer);
  client.close();
  kill();
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // it is gone already
  }
}
