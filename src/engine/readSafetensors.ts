import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError } from "../base/errors.ts";
import { dtypes } from "./dtypes.ts";
import type { DType, Engine, Tensor } from "./engine.ts";
import { readSafetensorsHeader, type SafetensorsEntry } from "./safetensorsHeader.ts";
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
