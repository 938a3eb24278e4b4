import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { isAlive } from "../base/isAlive.ts";

/**
 * Keeps other processes from writing into a folder until the returned function is called. What a dead process has held
 * is free.
 *
 * @throws {InputError} when a living process holds it
 */
export function holdFolder(folder: string): () => void {
  const lock = join(folder, "writer.lock");
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, `${process.pid}`);
  try {
    for (;;) {
      try {
        linkSync(own, lock);
        return () => rmSync(lock, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = Number(readIfThere(lock));
      if (holder !== process.pid && isAlive(holder))
        throw new InputError(folder, `is being written by process ${holder}`, "Wait until it is done.");
      rmSync(lock, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
