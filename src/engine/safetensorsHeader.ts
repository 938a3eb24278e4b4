import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { InputError } from "../base/errors.ts";

/** One tensor's entry in a safetensors header. */
export interface SafetensorsEntry {
  name: string;
  /** The format's own name, e.g. `F32`. */
  dtype: string;
  shape: number[];
  /** Position of the first byte in the file. */
  start: number;
  /** Number of bytes. */
  length: number;
}

/** What stands in front of the data of a safetensors file. */
export interface SafetensorsHeader {
  entries: SafetensorsEntry[];
  metadata: Record<string, string>;
  fileSize: number;
}

/** Bytes of one element, by the format's name of the type. */
const widths: Record<string, number> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  F8_E8M0: 1,
};

/** The reference implementation's limit on the header's bytes. */
const MOST = 100_000_000;

const todo = "Fetch or save the file again.";

/**
 * Reads and checks the header of a safetensors file, so that nothing behind it can reach outside of the file: every
 * tensor's bytes must lie in the file, follow each other without gap or overlap, and be as many as its shape needs.
 * @throws {InputError} naming the file and, where there is one, the tensor
 * @see https://github.com/huggingface/safetensors#format
 */
export function readSafetensorsHeader(path: string): SafetensorsHeader {
  const { text, fileSize } = readText(path);
  const raw = parseObject(path, text);
  const repeated = firstRepeatedKey(text);
  if (repeated !== undefined) throw new InputError(path, `the tensor \`${repeated}\` is there twice`, todo);
  const dataStart = 8 + Buffer.byteLength(text);
  const { __metadata__: metadata = {}, ...rest } = raw;
  const isText = isObject(metadata) && Object.values(metadata).every((value) => typeof value === "string");
  if (!isText) throw new InputError(path, "`__metadata__` must hold texts only", todo);
  const entries = Object.entries(rest).map(([name, value]) => readEntry(path, name, value, dataStart));
  checkLayout(path, entries, dataStart, fileSize);
  return { entries, metadata: metadata as Record<string, string>, fileSize };
}

function readText(path: string): { text: string; fileSize: number } {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    throw new InputError(path, `cannot be opened: ${(cause as Error).message}`, "Check the path.", { cause });
  }
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw new InputError(path, "it is not a file", "Give the path of a .safetensors file.");
    const prefix = Buffer.alloc(9);
    if (readSync(file, prefix, 0, 9, 0) < 9 || prefix[8] !== 0x7b)
      throw new InputError(path, "it is not a safetensors file: no header stands at its start", todo);
    const length = Number(prefix.readBigUInt64LE(0));
    if (length > MOST) throw new InputError(path, `its header of ${length} bytes is larger than ${MOST}`, todo);
    if (8 + length > status.size)
      throw new InputError(path, `it is cut off in the header: ${8 + length} bytes wanted, got ${status.size}`, todo);
    const header = Buffer.alloc(length);
    readSync(file, header, 0, length, 8);
    return { text: decodeUtf8(path, header), fileSize: status.size };
  } finally {
    closeSync(file);
  }
}

function decodeUtf8(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new InputError(path, "its header is not UTF-8", todo, { cause });
  }
}

function parseObject(path: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (cause) {
    throw new InputError(path, `its header is not JSON: ${(cause as Error).message}`, todo, { cause });
  }
  throw new InputError(path, "its header is not a JSON object", todo);
}

function readEntry(path: string, name: string, value: unknown, dataStart: number): SafetensorsEntry {
  const entry = isObject(value) ? value : {};
  const { dtype, shape, data_offsets: offsets } = entry;
  const who = `${path}, tensor \`${name}\``;
  if (typeof dtype !== "string") throw new InputError(who, "it lacks a dtype", todo);
  if (!isCounts(shape)) throw new InputError(who, "its shape must be an array of counts", todo);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1])
    throw new InputError(who, "its data_offsets must be [start, end]", todo);
  const length = offsets[1] - offsets[0];
  const wanted = shape.reduce((a, b) => a * b, widths[dtype] ?? Number.NaN);
  if (widths[dtype] !== undefined && wanted !== length)
    throw new InputError(who, `${dtype} [${shape.join(", ")}] needs ${wanted} bytes, its offsets span ${length}`, todo);
  return { name, dtype, shape, start: dataStart + offsets[0], length };
}

function checkLayout(path: string, entries: SafetensorsEntry[], dataStart: number, fileSize: number): void {
  let end = dataStart;
  for (const { name, start, length } of entries.toSorted((a, b) => a.start - b.start || a.length - b.length)) {
    const who = `${path}, tensor \`${name}\``;
    if (start + length > fileSize)
      throw new InputError(who, `its data ends at byte ${start + length}, the file at ${fileSize}`, todo);
    if (start !== end)
      throw new InputError(
        who,
        `its data ${start < end ? "overlaps" : "leaves a gap after"} the tensor before it`,
        todo,
      );
    end = start + length;
  }
  if (end !== fileSize) throw new InputError(path, `${fileSize - end} bytes at its end belong to no tensor`, todo);
}

/** JSON.parse keeps the last of equal keys and says nothing, so the top level's keys are read once more. */
function firstRepeatedKey(json: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/gs)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (depth === 1 && token.endsWith(":")) {
      const key = JSON.parse(token.slice(0, -1).trimEnd()) as string;
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
