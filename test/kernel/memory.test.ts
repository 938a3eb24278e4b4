import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type MemoryAt, memoryOver } from "./soak/memoryOver.ts";
import { noTreeMemory } from "./soak/treeMemory.ts";

/** The middle of three points by memory, with the middle's cells. */
function median(points: MemoryAt[]): MemoryAt {
  const megabytes = points.map((point) => point.megabytes).sort((a, b) => a - b)[1]!;
  return { cells: points[1]!.cells, megabytes };
}

/** `npm run soak -- memory` runs more. */
const CELLS = Number(process.env.SULAM_SOAK_CELLS ?? 3000);

test(`${CELLS} cells leave the memory of the kernel's processes flat`, { skip: noTreeMemory }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "sulam-memory-"));
  try {
    const words = ({ cells, megabytes }: MemoryAt): string => `${cells}: ${megabytes.toFixed(0)} MB`;
    // a night's run that is stopped has told something
    const points = await memoryOver(CELLS, folder, (point) => process.stderr.write(`${words(point)}\n`));
    const told = points.map(words).join(", ");
    // each of the last two thirds of the run: medians, as a point lies anywhere between two collections of garbage
    const [middle, end] = [points.slice(3, 6), points.slice(-3)].map(median);
    // By right each of these cells keeps its new name and that name's type: 4 KB in all processes are room enough. A
    // heap that was just collected, or is about to be, differs by some ten MB, however many cells there were.
    const room = 25 + 0.004 * (end.cells - middle.cells);
    assert.ok(end.megabytes - middle.megabytes < room, `${told}; room for ${room.toFixed(0)} MB`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
