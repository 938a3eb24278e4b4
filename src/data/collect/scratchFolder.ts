import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "../../base/errors.ts";

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
  await removeLeftovers(parent, name);
  const folder = join(parent, `.${name}.${process.pid}.part`);
  await mkdir(folder);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function removeLeftovers(parent: string, name: string): Promise<void> {
  for (const entry of await readdir(parent)) {
    if (!entry.startsWith(`.${name}.`) || !entry.endsWith(".part")) continue;
    const pid = Number(entry.slice(name.length + 2, -".part".length));
    if (Number.isInteger(pid) && pid !== process.pid && !isAlive(pid))
      await rm(join(parent, entry), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
