import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { ownKernel } from "../client/kernelCommand.ts";
import { startKernel } from "../client/startKernel.ts";
import { type Environment, jupyterPaths } from "./jupyterPaths.ts";

/** A kernelspec that Jupyter finds, and why it cannot work. */
export interface FoundSpec {
  path: string;
  /** Null when all is well. */
  problem: string | null;
}

/** What `sulam kernel doctor` finds. */
export interface KernelReport {
  /** Where Jupyter finds the kernel, first match first. */
  specs: FoundSpec[];
  /** Whether the kernel started here and ran a cell. */
  starts: boolean;
  /** Milliseconds from the start of the process to its first answer, and to the reply of its first cell. */
  milliseconds: { answer: number; cell: number } | null;
  /** Why it did not start; null when it did. */
  problem: string | null;
}

/** Looks where Jupyter looks, and starts the kernel once. Writes nothing but a connection file that it removes. */
export async function kernelDoctor(env: Environment = process.env): Promise<KernelReport> {
  const paths = jupyterPaths(env).map((path) => join(path, "kernels/sulam/kernel.json"));
  const specs = paths.filter((path) => existsSync(path)).map((path) => ({ path, problem: problemOf(path) }));
  const start = performance.now();
  try {
    const kernel = await startKernel(ownKernel(), { cwd: process.cwd(), startTimeoutMs: 60_000 });
    try {
      const answer = Math.round(performance.now() - start);
      const dead = kernel.exited.then((how) => Promise.reject(new Error(`the kernel ended: ${how}`)));
      const { content } = await Promise.race([kernel.client.execute("1 + 1").reply, dead]);
      const cell = Math.round(performance.now() - start);
      const problem = content.status === "ok" ? null : `a cell failed: ${content.evalue}`;
      return { specs, starts: problem === null, milliseconds: { answer, cell }, problem };
    } finally {
      await kernel.stop();
    }
  } catch (error) {
    return { specs, starts: false, milliseconds: null, problem: (error as Error).message };
  }
}

/** A spec outlives the Node and the sulam that it names: both are absolute paths. */
function problemOf(path: string): string | null {
  let argv: unknown;
  try {
    ({ argv } = JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    return `is no JSON: ${(error as Error).message}`;
  }
  if (!Array.isArray(argv)) return "has no argv";
  const gone = argv.map(String).find((word) => isAbsolute(word) && !existsSync(word));
  return gone === undefined ? null : `names ${gone}, which is not there`;
}
