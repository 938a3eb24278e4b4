import { closeSync, fsyncSync, openSync } from "node:fs";

/** Makes the renames inside a folder outlast a power cut. @throws {Error} what `node:fs` throws */
export function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
