import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { fileURLToPath } from "node:url";
import { SetupError } from "../../src/base/errors.ts";

/** A server that was started in a process of its own. */
export interface BenchServer {
  url: string;
  /** From the start of the process to its first answer. */
  startSeconds: number;
  /** Bytes in memory, of all its processes. */
  memory(): number;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const python = `${root}.venv-dev/bin/python`;
const WAIT_MS = 120_000;
/** A server that still waits for its clients then is ended all the same. */
const STOP_MS = 10_000;

/** `npx sulam ui` over a folder, as users run it. */
export async function ourServer(dir: string): Promise<BenchServer> {
  const port = await freePort();
  return start(
    process.execPath,
    [`${root}bin/sulam.mjs`, "ui", "--port", String(port), "--store", dir, "--no-open"],
    port,
  );
}

/** `mlflow server` over a folder, with one worker and SQLite. */
export async function mlflowServer(dir: string): Promise<BenchServer> {
  const port = await freePort();
  const store = ["--backend-store-uri", `sqlite:///${dir}/mlflow.db`, "--artifacts-destination", `${dir}/artifacts`];
  return start(python, ["-m", "mlflow", "server", "--workers", "1", "--port", String(port), ...store], port);
}

/** A server that reads every request and answers `{}`: what is left is the client's own time. */
export async function idleServer(): Promise<{ url: string; stop(): void }> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.setHeader("content-type", "application/json").end("{}"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
}

async function start(program: string, args: readonly string[], port: number): Promise<BenchServer> {
  const begin = performance.now();
  const env = { ...process.env, MLFLOW_DISABLE_TELEMETRY: "true", DO_NOT_TRACK: "true" };
  // A group of its own: MLflow's server has children, which go with it.
  const child = spawn(program, args, { env, stdio: "ignore", detached: true });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  child.on("error", () => {});
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(url))) {
    if (child.exitCode !== null || child.pid === undefined || performance.now() - begin > WAIT_MS) {
      end(child);
      throw new SetupError("bench", `\`${program} ${args.join(" ")}\` gave no answer`, "Run it by hand to see why.");
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    url,
    startSeconds: (performance.now() - begin) / 1000,
    memory: () => memoryOf(child.pid as number),
    stop: () => {
      end(child);
      const timer = setTimeout(() => end(child, "SIGKILL"), STOP_MS);
      return ended.finally(() => clearTimeout(timer));
    },
  };
}

function end(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has just ended by itself.
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Asked for and given back: another program could take it before ours does, which is rare and loud. */
function freePort(): Promise<number> {
  const probe = createTcpServer();
  return new Promise((resolve) =>
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    }),
  );
}

/** Resident bytes of a process and its descendants, from /proc. */
function memoryOf(pid: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const parent = /^PPid:\s+(\d+)/m.exec(statusOf(Number(name)))?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const family = [pid];
  for (let i = 0; i < family.length; i++)
    for (const [child, parent] of parents) if (parent === family[i]) family.push(child);
  const kilobytes = family.map((one) => Number(/^VmRSS:\s+(\d+)/m.exec(statusOf(one))?.[1] ?? 0));
  return 1024 * kilobytes.reduce((sum, one) => sum + one, 0);
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}
