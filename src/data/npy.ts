import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { InputError } from "../base/errors.ts";
import type { Vectors } from "../base/vectors.ts";

const magic = Buffer.from("\x93NUMPY", "latin1");

/** Where the values of a `.npy` file lie. */
export interface NpyLayout {
  n: number;
  d: number;
  /** First byte of the values. */
  start: number;
}

/**
 * Reads vectors from a NumPy `.npy` file: float32, C order, little endian, shape [N, D] or [D].
 *
 * @throws {InputError} another file, another dtype or order, a truncated file, bytes left over
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export async function readNpy(path: string): Promise<Vectors> {
  const { n, d, start } = await readNpyLayout(path);
  const data = new Float32Array(n * d);
  const target = new Uint8Array(data.buffer);
  let at = 0;
  for await (const chunk of createReadStream(path, { start, highWaterMark: 1 << 20 })) {
    target.set(chunk as Buffer, at);
    at += (chunk as Buffer).length;
  }
  return { data, n, d };
}

/** The header of a file that `readNpy` reads, checked against the file's size. @throws {InputError} as `readNpy` */
export async function readNpyLayout(path: string): Promise<NpyLayout> {
  const file = await open(path, "r").catch((cause) => {
    throw new InputError(path, `cannot be opened (${(cause as Error).message})`, "Check the path.", { cause });
  });
  let start: number;
  let shape: [number, number];
  let size: number;
  try {
    size = (await file.stat()).size;
    const fixed = Buffer.alloc(12);
    await file.read(fixed, 0, 12, 0);
    if (!fixed.subarray(0, 6).equals(magic) || ![1, 2, 3].includes(fixed[6]))
      throw new InputError(path, "is not a .npy file", "Write it with numpy.save.");
    const prefix = fixed[6] === 1 ? 10 : 12;
    const length = fixed[6] === 1 ? fixed.readUInt16LE(8) : fixed.readUInt32LE(8);
    start = prefix + length;
    if (start > size) throw truncated(path, start, size);
    const header = Buffer.alloc(length);
    await file.read(header, 0, length, prefix);
    shape = shapeOf(path, header.toString("utf8"));
  } finally {
    await file.close();
  }
  const [n, d] = shape;
  const bytes = n * d * 4;
  if (size !== start + bytes) throw truncated(path, start + bytes, size);
  return { n, d, start };
}

/**
 * Writes vectors as a NumPy `.npy` file, version 1.0: float32, C order, little endian, shape [N, D].
 * The file appears whole or not at all: it is written beside its place, flushed to the disk, then renamed.
 *
 * @throws {Error} what the disk throws; an older file at `path` is then untouched
 */
export async function writeNpy(path: string, vectors: Vectors): Promise<void> {
  const beside = `${path}.${process.pid}.part`;
  const stream = createWriteStream(beside, { flush: true });
  try {
    stream.write(npyHeader(vectors));
    const bytes = new Uint8Array(vectors.data.buffer, vectors.data.byteOffset, vectors.n * vectors.d * 4);
    for (let at = 0; at < bytes.length; at += 1 << 22)
      if (!stream.write(bytes.subarray(at, at + (1 << 22)))) await once(stream, "drain");
    stream.end();
    await finished(stream);
    await rename(beside, path);
  } catch (error) {
    stream.destroy();
    await rm(beside, { force: true });
    throw error;
  }
}

/** The bytes before the data of a `.npy` file, version 1.0: float32, C order, little endian, shape [N, D]. */
export function npyHeader({ n, d }: { n: number; d: number }): Buffer {
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${n}, ${d}), }`;
  // NumPy pads the header with spaces so that the data starts at a multiple of 64.
  const padded = `${dict}${" ".repeat((64 - ((10 + dict.length + 1) % 64)) % 64)}\n`;
  const head = Buffer.concat([magic, Buffer.from([1, 0, 0, 0]), Buffer.from(padded, "latin1")]);
  head.writeUInt16LE(padded.length, 8);
  return head;
}

function shapeOf(path: string, header: string): [number, number] {
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/
    .exec(header)?.[1]
    .split(",")
    .flatMap((x) => (x.trim() ? [Number(x)] : []));
  if (descr !== "<f4" || fortran !== "False" || !shape || shape.length < 1 || shape.length > 2)
    throw new InputError(
      path,
      `must hold float32 [N, D] in C order, its header says ${header.trim()}`,
      "Save x.astype('float32') with numpy.save.",
    );
  return shape.length === 1 ? [1, shape[0]] : [shape[0], shape[1]];
}

function truncated(path: string, wanted: number, got: number): InputError {
  const problem = `must be ${wanted} bytes long by its header, it is ${got}`;
  return new InputError(path, problem, got < wanted ? "The file is truncated: write it again." : "Write it again.");
}
