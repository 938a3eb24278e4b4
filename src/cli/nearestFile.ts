import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { nearest } from "../config/nearest.ts";

/** The file that `path` was probably meant to be: in its folder, or in `experiments/`; the ending may be missing. */
export async function nearestFile(path: string, ending: RegExp): Promise<string | undefined> {
  const name = basename(path);
  for (const folder of [dirname(path), "experiments"]) {
    const names = (await readdir(folder).catch(() => [])).filter((file) => ending.test(file));
    const bare = new Map(names.map((file) => [file.replace(ending, ""), file]));
    const near = bare.get(nearest(name.replace(ending, ""), bare.keys()) ?? "");
    if (near) return join(folder, near);
  }
  return undefined;
}
