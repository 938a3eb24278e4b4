import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { memoryOver } from "./soak/memoryOver.ts";
import { noTreeMemory } from "./soak/treeMemory.ts";

/** `npm run soak -- memory` runs more. */
const CELLS = Number(process.env.SULAM_SOAK_CELLS ?? 3000);

test(`${CELLS} cells leave the memory of the kernel's processes flat`, { skip: noTreeMemory }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "sulam-memory-"));
  try {
    const points = await memoryOver(CELLS, folder);
    const told = points.map(({ cells, megabytes }) => `${cells}: ${megabytes.toFixed(0)} MB`).join(", ");
    t.diagnostic(told);
    const [early, last] = [points[2], points[points.length - 1]];
    // each cell's names, text and history stay by right: some kilobytes a cell
    const room = 1.1 * early.megabytes + (CELLS - early.cells) * 0.012;
    assert.ok(last.megabytes < room, told);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
