import assert from "node:assert/strict";
import { ownKernel } from "../../../src/kernel/client/kernelCommand.ts";
import { startKernel } from "../../../src/kernel/client/startKernel.ts";
import { treeMemory } from "./treeMemory.ts";

/** Megabytes of the kernel's whole process tree after some cells. */
export interface MemoryAt {
  cells: number;
  megabytes: number;
}

/**
 * Runs many cells, each of which declares two names (one new, one of fifty again), prints and gives a value, and
 * measures the memory ten times on the way.
 */
export async function memoryOver(
  cells: number,
  folder: string,
  onPoint: (point: MemoryAt) => void = () => {},
): Promise<MemoryAt[]> {
  const kernel = await startKernel(ownKernel(), { cwd: folder, startTimeoutMs: 60_000 });
  const points: MemoryAt[] = [];
  try {
    for (let i = 1; i <= cells; i++) {
      const code = `const value${i} = ${i}; let again${i % 50} = value${i} + 1; console.log(value${i}); again${i % 50}`;
      const { reply, idle } = kernel.client.execute(code);
      const { content } = await reply;
      assert.equal(content.status, "ok", `cell ${i}: ${String(content.evalue)}`);
      await idle;
      if (i % Math.floor(cells / 10) !== 0) continue;
      const processes = [...treeMemory(kernel.pid).values()];
      points.push({ cells: i, megabytes: processes.reduce((sum, one) => sum + one.megabytes, 0) });
      onPoint(points.at(-1)!);
    }
  } finally {
    await kernel.stop();
  }
  return points;
}
