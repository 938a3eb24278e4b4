import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/**
 * A file's bytes, through gunzip when its first two bytes say so; the file is closed also when the reader stops early.
 *
 * @throws {Error} what `node:fs` and `node:zlib` throw
 */
export async function* unpacked(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  const chunks = file[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    const first = await chunks.next();
    if (first.done) return;
    const all = (async function* () {
      yield first.value;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    })();
    if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) yield* all;
    else yield* pipeline(Readable.from(all), createGunzip(), () => {}) as AsyncIterable<Buffer>;
  } finally {
    file.destroy();
  }
}
