import { rename, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { InputError } from "../../base/errors.ts";
import { syncFolder } from "../../base/syncFolder.ts";
import { scratchFolder } from "./scratchFolder.ts";

/**
 * Makes a folder whole or not at all: `fill` writes into a folder beside its place, which is then renamed. A failure
 * leaves nothing.
 *
 * @param fill must flush what it writes
 * @throws {InputError} a place that is taken, or in a folder that is not there; {Error} what `fill` or the disk throws
 */
export async function newFolder<Result>(path: string, fill: (folder: string) => Promise<Result>): Promise<Result> {
  const place = resolve(path);
  if (await stat(place).catch(() => undefined))
    throw new InputError(path, "exists already", "Name another folder, or remove it first.");
  return scratchFolder(path, async (beside) => {
    const result = await fill(beside);
    syncFolder(beside);
    await rename(beside, place);
    syncFolder(dirname(place));
    return result;
  });
}
