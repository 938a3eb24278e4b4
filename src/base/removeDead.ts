import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAlive } from "./isAlive.ts";

/**
 * Removes what killed processes have left in a folder under the names `PREFIX.PID.part`, this process's own number too:
 * another one had it before.
 *
 * @param isOurs whether this process is at work on such a name itself
 */
export async function removeDead(
  folder: string,
  prefix: string,
  isOurs: (path: string) => boolean = () => false,
): Promise<void> {
  for (const entry of await readdir(folder)) {
    if (!entry.startsWith(`${prefix}.`) || !entry.endsWith(".part")) continue;
    const pid = entry.slice(prefix.length + 1, -".part".length);
    const path = join(folder, entry);
    if (!/^\d+$/.test(pid) || isOurs(path)) continue;
    if (Number(pid) === process.pid || !isAlive(Number(pid))) await rm(path, { recursive: true, force: true });
  }
}
