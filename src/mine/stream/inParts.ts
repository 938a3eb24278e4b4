import { join } from "node:path";
import { scratchFolder } from "../../data/collect/scratchFolder.ts";
import { Shards } from "./shards.ts";

/**
 * Works with a folder of finished parts, which a try that was killed has left or which is made, and with an empty folder
 * that is gone afterwards. The parts go when the work is done; when it fails, those that are finished stay.
 *
 * @param inputs whatever the parts hang on, as JSON
 * @throws {InputError} parts of another call; and what `work` throws
 */
export async function inParts<Result>(
  parts: string,
  inputs: unknown,
  work: (shards: Shards, folder: string) => Promise<Result>,
): Promise<Result> {
  const shards = Shards.open(parts, inputs);
  const doing = scratchFolder(join(parts, "texts"), (folder) => work(shards, folder));
  const result = await doing.catch((error) => {
    if (shards.areNone) shards.remove();
    throw error;
  });
  shards.remove();
  return result;
}
