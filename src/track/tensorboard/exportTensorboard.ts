import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../store.ts";
import { StoreError } from "../storeError.ts";
import { encodeScalar, encodeVersion } from "./events.ts";
import { encodeRecord } from "./records.ts";

/**
 * Writes a run's curves as a TensorBoard event file into a folder of the run's name below `folder`, for
 * `tensorboard --logdir FOLDER`. Values become float32 there, as TensorBoard keeps them.
 *
 * @returns the file
 * @throws {StoreError} when it cannot be written
 */
export async function exportTensorboard(store: Store, idOrPrefix: string, folder: string): Promise<string> {
  const run = store.run(idOrPrefix);
  const place = join(folder, `${run.name.replace(/[^\p{L}\p{N}._ -]/gu, "_")}-${run.runId.slice(0, 8)}`);
  const file = join(place, `events.out.tfevents.${Math.floor(run.startTime / 1000)}.sulam`);
  try {
    mkdirSync(place, { recursive: true });
    const stream = createWriteStream(file);
    const write = async (event: Buffer): Promise<void> => {
      if (!stream.write(encodeRecord(event))) await once(stream, "drain");
    };
    await write(encodeVersion(run.startTime / 1000));
    for (const key of Object.keys(run.metrics))
      for (const { step, timestamp, value } of store.history(run.runId, key))
        await write(encodeScalar({ wallTime: timestamp / 1000, step, tag: key, value }));
    stream.end();
    await once(stream, "finish");
    return file;
  } catch (error) {
    throw StoreError.from(error, file);
  }
}
