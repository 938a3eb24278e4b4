import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError } from "../base/errors.ts";
import { syncFolder } from "../base/syncFolder.ts";
import { dtypes } from "./dtypes.ts";
import type { DType, Engine, Tensor } from "./engine.ts";
import { readSafetensorsHeader, type SafetensorsEntry } from "./safetensorsHeader.ts";
import { idOf } from "./scopes.ts";
import { asTorchEngine, type TorchEngine } from "./torchEngine.ts";

/** The format's names of the types that are read: as what they lie in the file, and as what they are handed out. */
const fileTypes: Record<string, { stored: keyof typeof dtypes.codeOf; read: DType }> = {
  F32: { stored: "float32", read: "float32" },
  BF16: { stored: "bfloat16", read: "bfloat16" },
  F16: { stored: "float16", read: "float32" },
  F64: { stored: "float64", read: "float32" },
  I64: { stored: "int64", read: "int64" },
  I32: { stored: "int32", read: "int32" },
  // Not `bool`: a byte other than 0 and 1 must become true, not a bool that torch has never seen.
  BOOL: { stored: "uint8", read: "bool" },
};

/** What a safetensors file, or all shards of one checkpoint, hold. */
export interface Safetensors {
  /** By name. They outlive tidy scopes: the caller frees them. */
  tensors: Map<string, Tensor>;
  /** The header's texts; of shards, all together. */
  metadata: Record<string, string>;
}

/**
 * Reads a `.safetensors` file, or all shards that a `model.safetensors.index.json` names.
 *
 * The file is memory-mapped, so only the bytes of wanted tensors are read; they are copied out of the mapping, so that
 * whoever changes or truncates the file later does not touch the tensors. F16 and F64 become float32.
 *
 * @param options.only  which tensors to read, by name; default all
 * @throws {InputError} naming the file, and the tensor where there is one, when anything in it is wrong
 */
export function readSafetensors(
  engine: Engine,
  path: string,
  options: { only?: (name: string) => boolean } = {},
): Safetensors {
  const torch = asTorchEngine("readSafetensors", engine);
  const only = options.only ?? (() => true);
  const found: Safetensors = { tensors: new Map(), metadata: {} };
  try {
    if (path.endsWith(".json")) readShards(torch, path, only, found);
    else readFile(torch, path, only, found);
  } catch (error) {
    torch.free(...found.tensors.values());
    throw error;
  }
  return found;
}

function readFile(engine: TorchEngine, path: string, only: (name: string) => boolean, into: Safetensors): void {
  const header = readSafetensorsHeader(path);
  Object.assign(into.metadata, header.metadata);
  const wanted = header.entries.filter((entry) => only(entry.name));
  const odd = wanted.find((entry) => fileTypes[entry.dtype] === undefined);
  if (odd) {
    const known = Object.keys(fileTypes).join(", ");
    const who = `${path}, tensor \`${odd.name}\``;
    throw new InputError(who, `its type ${odd.dtype} is none of ${known}`, "Convert the file to one of them.");
  }
  if (wanted.length === 0) return;
  engine.tidy(() => {
    const bytes = mapBytes(engine, path, header.fileSize);
    for (const entry of wanted)
      into.tensors.set(entry.name, engine.keep(engine.tidy(() => copyOut(engine, bytes, entry))));
  });
}

function mapBytes(engine: TorchEngine, path: string, size: number): number {
  try {
    return engine.scopes.own(engine.addon.mapFile(path, size)).id;
  } catch (cause) {
    throw new InputError(path, (cause as Error).message, "Try again when nobody writes to it.", { cause });
  }
}

function copyOut(engine: TorchEngine, bytes: number, entry: SafetensorsEntry): Tensor {
  const { stored, read } = fileTypes[entry.dtype];
  if (entry.length === 0) return engine.full(entry.shape, 0, read);
  const part = engine.calls.one("narrow", bytes, 0, entry.start, entry.length);
  const copy = engine.calls.one("copyTo", part.id, null, null, engine.device);
  const typed = engine.calls.one("viewAs", copy.id, dtypes.codeOf[stored]);
  const shaped = engine.reshape(typed, entry.shape);
  return stored === read ? shaped : engine.cast(shaped, read);
}

/** `weight_map` of an index file says in which shard each tensor lies. */
function readShards(engine: TorchEngine, path: string, only: (name: string) => boolean, into: Safetensors): void {
  const shards = new Map<string, Set<string>>();
  for (const [name, file] of Object.entries(readWeightMap(path))) {
    if (only(name)) shards.set(file, (shards.get(file) ?? new Set()).add(name));
  }
  for (const [file, names] of shards) {
    const shard = join(dirname(path), file);
    const some = [...names].find((name) => !into.tensors.has(name));
    if (file !== basename(file) || !existsSync(shard))
      throw new InputError(path, `the shard ${file} with tensor \`${some}\` is missing`, "Fetch the whole checkpoint.");
    readFile(engine, shard, (name) => names.has(name), into);
    const missing = [...names].find((name) => !into.tensors.has(name));
    if (missing !== undefined)
      throw new InputError(
        shard,
        `it lacks tensor \`${missing}\`, which ${basename(path)} puts there`,
        "Fetch it again.",
      );
  }
}

function readWeightMap(path: string): Record<string, string> {
  let index: { weight_map?: unknown } | null;
  try {
    index = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new InputError(path, `it cannot be read as JSON: ${(cause as Error).message}`, "Fetch it again.", { cause });
  }
  const map = index?.weight_map;
  if (typeof map === "object" && map !== null && Object.values(map).every((file) => typeof file === "string"))
    return map as Record<string, string>;
  throw new InputError(path, "`weight_map` must give a file for each tensor", "Fetch it again.");
}

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
