import { closeSync, existsSync, fdatasyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { ShapeError } from "../../base/errors.ts";
import type { OnProgress } from "../../base/progress.ts";
import { npyHeader } from "../../data/npy.ts";
import type { Encoder } from "../../search/encoder.ts";
import { progressClock } from "./progressClock.ts";
import { writeWhole } from "./writeWhole.ts";

/** Texts that are read a piece at a time. */
export interface TextRows {
  n: number;
  read(from: number, count: number): string[];
}

/** How to work. */
export interface EncodeToDiskOptions {
  /** Told in texts, with the time left. */
  onProgress?: OnProgress;
  /** Milliseconds; default the system's clock. */
  now?: () => number;
  signal?: AbortSignal;
  /** Told D as soon as it is known: what it throws ends the work before all texts are encoded. */
  onWidth?: (d: number) => void;
}

/** Texts encoded between two notes of how far it is: what kill -9 can cost. The vectors' last bits hang on it. */
const CHUNK = 2048;

/**
 * Encodes texts into a `.npy` file, float32 [N, D], holding a few thousand of them at a time. `PATH.json` says how many
 * rows are done; after kill -9 the same call goes on there and ends with the same bytes.
 *
 * @throws {ShapeError} another number of vectors than texts, or of another width than those before
 * @throws {Error} what the encoder or the disk throws
 */
export async function encodeToDisk(
  encoder: Encoder,
  path: string,
  texts: TextRows,
  { onProgress, now, signal, onWidth }: EncodeToDiskOptions = {},
): Promise<void> {
  const state = `${path}.json`;
  const known = existsSync(state)
    ? (JSON.parse(readFileSync(state, "utf8")) as { done: number; d: number })
    : undefined;
  let [done, d] = [known?.done ?? 0, known?.d];
  if (d !== undefined) onWidth?.(d);
  const clock = progressClock(texts.n, { onProgress, now });
  clock.skip(done);
  const file = openSync(path, known ? "r+" : "w");
  try {
    while (done < texts.n) {
      signal?.throwIfAborted();
      const chunk = texts.read(done, Math.min(CHUNK, texts.n - done));
      const vectors = await encoder.encode(chunk, {
        onProgress: (state) => clock.report(state.done),
      });
      if (vectors.n !== chunk.length || (d !== undefined && vectors.d !== d))
        throw new ShapeError(
          "encodeToDisk",
          `${chunk.length} texts must become as many vectors${d ? ` of ${d}` : ""}, got ${vectors.n} of ${vectors.d}`,
          "Mend the encoder.",
        );
      d = vectors.d;
      const header = npyHeader({ n: texts.n, d });
      if (done === 0) write(file, header, 0);
      write(file, bytesOf(vectors.data), header.length + done * d * 4);
      const isFirst = done === 0;
      done += chunk.length;
      fdatasyncSync(file);
      writeWhole(state, [JSON.stringify({ done, d })]);
      if (isFirst) onWidth?.(d);
      clock.done(chunk.length);
    }
  } finally {
    closeSync(file);
  }
}

function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function write(file: number, bytes: Uint8Array, place: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, place + at);
}
