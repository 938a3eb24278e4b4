import { readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * The folders of retrieval sets that a folder holds, by name: those of its folders that have a corpus. The folder itself
 * where there is none, so that reading it says what is missing.
 */
export async function retrievalSetDirs(dir: string): Promise<string[]> {
  const hasCorpus = async (folder: string): Promise<boolean> =>
    (await names(folder)).some((name) => /^corpus\.jsonl(\.gz)?$/.test(name));
  if (await hasCorpus(dir)) return [dir];
  const inside: string[] = [];
  for (const name of await names(dir)) if (await hasCorpus(join(dir, name))) inside.push(join(dir, name));
  return inside.length === 0 ? [dir] : inside;
}

/** In order; none where it is no folder. */
async function names(folder: string): Promise<string[]> {
  return (await readdir(folder).catch((): string[] => [])).sort();
}
