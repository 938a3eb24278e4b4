import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { soakKernel } from "./soak/soakKernel.ts";

/** `npm run soak -- kernel` runs more. */
const CELLS = Number(process.env.SULAM_SOAK_CELLS ?? 300);
const SEED = Number(process.env.SULAM_SOAK_SEED ?? 1);

test(`${CELLS} random cells (seed ${SEED}) lose no line, skip no cell and leave the kernel alive`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "sulam-soak-"));
  try {
    await soakKernel(new Random(SEED), CELLS, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
