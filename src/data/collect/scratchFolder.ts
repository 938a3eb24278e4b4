import { mkdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "../../base/errors.ts";
import { removeDead } from "../../base/removeDead.ts";

/** Folders in which this process works. */
const open = new Set<string>();

/**
 * Works in a hidden folder beside a place, `.NAME.PID.part`, that is gone afterwards, whatever happens. What a killed
 * process left there for the same place is removed first.
 *
 * @throws {InputError} a place in a folder that is not there; {Error} what `work` or the disk throws
 */
export async function scratchFolder<Result>(path: string, work: (folder: string) => Promise<Result>): Promise<Result> {
  const place = resolve(path);
  const [parent, name] = [dirname(place), basename(place)];
  if (!(await stat(parent).catch(() => undefined))?.isDirectory())
    throw new InputError(path, `there is no folder ${dirname(path)}`, `Make it: mkdir -p ${dirname(path)}`);
  await removeDead(parent, `.${name}`, (folder) => open.has(folder));
  const folder = join(parent, `.${name}.${process.pid}.part`);
  await mkdir(folder);
  open.add(folder);
  try {
    return await work(folder);
  } finally {
    open.delete(folder);
    await rm(folder, { recursive: true, force: true });
  }
}
