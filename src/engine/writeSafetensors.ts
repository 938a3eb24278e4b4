import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { InputError } from "../base/errors.ts";
import { dtypes } from "./dtypes.ts";
import type { DType, Engine, Tensor } from "./engine.ts";
import { idOf } from "./scopes.ts";
import { asTorchEngine, type TorchEngine } from "./torchEngine.ts";

/**
 * Writes tensors into a `.safetensors` file: to a file beside it first, which takes its place when all bytes are on
 * the disk, so that a failure leaves what was there.
 *
 * @param metadata  texts for the header; `format: "pt"` is what `transformers` asks for
 * @throws {InputError} when the file cannot be written, e.g. on a full disk
 */
export function writeSafetensors(
  engine: Engine,
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Record<string, string> = { format: "pt" },
): void {
  const torch = asTorchEngine("writeSafetensors", engine);
  const temporary = `${path}.${process.pid}.part`;
  const ordered = inFileOrder(tensors);
  const header = headerBytes(ordered, metadata);
  try {
    const file = openSync(temporary, "w");
    try {
      writeAll(file, header);
      for (const { tensor } of ordered) writeTensor(torch, file, tensor);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (cause) {
    rmSync(temporary, { force: true });
    if (!(cause instanceof Error && "code" in cause)) throw cause;
    throw new InputError(path, `it cannot be written: ${cause.message}`, "Check the folder and the free space.", {
      cause,
    });
  }
}

interface Item {
  name: string;
  tensor: Tensor;
  width: number;
  length: number;
}

const written: Record<DType, { name: string; width: number }> = {
  float32: { name: "F32", width: 4 },
  bfloat16: { name: "BF16", width: 2 },
  int64: { name: "I64", width: 8 },
  int32: { name: "I32", width: 4 },
  bool: { name: "BOOL", width: 1 },
};

/** Wide elements first, so that each tensor is aligned to its own element, then by name: as the reference writes. */
function inFileOrder(tensors: ReadonlyMap<string, Tensor>): Item[] {
  const items = [...tensors].map(([name, tensor]) => {
    const { width } = written[tensor.dtype];
    return { name, tensor, width, length: tensor.shape.reduce((a, b) => a * b, width) };
  });
  return items.sort((a, b) => b.width - a.width || (a.name < b.name ? -1 : 1));
}

function headerBytes(items: readonly Item[], metadata: Record<string, string>): Buffer {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, tensor, length } of items) {
    if (name === "__metadata__")
      throw new InputError("writeSafetensors", "no tensor may be called `__metadata__`", "Rename it.");
    header[name] = { dtype: written[tensor.dtype].name, shape: tensor.shape, data_offsets: [end, end + length] };
    end += length;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, " ");
  padded.writeBigUInt64LE(BigInt(padded.length - 8));
  json.copy(padded, 8);
  return padded;
}

/** In pieces, so that a large tensor is not held twice. */
function writeTensor(engine: TorchEngine, file: number, tensor: Tensor): void {
  const piece = 1 << 24;
  const total = tensor.shape.reduce((a, b) => a * b, 1);
  engine.tidy(() => {
    const flat = engine.reshape(tensor, [total]);
    for (let start = 0; start < total; start += piece) {
      const length = Math.min(piece, total - start);
      engine.tidy(() => {
        const part = engine.narrow(flat, 0, start, length);
        const bytes = Buffer.alloc(length * written[tensor.dtype].width);
        engine.addon.read(engine.calls.one("viewAs", idOf(part), dtypes.codeOf.uint8).id, bytes);
        writeAll(file, bytes);
      });
    }
  });
}

function writeAll(file: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}

/** The new name must be on the disk too. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
