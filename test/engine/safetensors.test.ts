import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { InputError } from "../../src/base/errors.ts";
import type { DType, Tensor } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { readSafetensors, writeSafetensors } from "../../src/engine/safetensors.ts";

const engine = await openEngine({ threads: 1 });
const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/engine/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sulam-safetensors-"));
after(() => rmSync(folder, { recursive: true }));

const values = (t: Tensor): number[] => [...engine.toFloat32(t)];

/** A file with this header, then `data` zero bytes. */
function fileWith(header: unknown, data = 0): string {
  const path = join(folder, "made.safetensors");
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(path, Buffer.concat([size, json, Buffer.alloc(data)]));
  return path;
}

function refuses(path: string, ...parts: RegExp[]): void {
  const before = engine.memory().tensors;
  const fits = (e: Error) => e instanceof InputError && parts.every((part) => part.test(e.message));
  assert.throws(() => readSafetensors(engine, path), fits, parts.join(" "));
  assert.equal(engine.memory().tensors, before);
}

const entry = (start: number, end: number, shape = [(end - start) / 4]) => ({
  dtype: "F32",
  shape,
  data_offsets: [start, end],
});

test("a file of the reference package reads with all types, shapes and texts", () => {
  const expected: Record<string, { shape: number[]; dtype: string; values: number[] }> = JSON.parse(
    readFileSync(fixture("safetensors.json"), "utf8"),
  );
  const { tensors, metadata } = readSafetensors(engine, fixture("mixed.safetensors"));
  assert.deepEqual(metadata, { format: "pt", by: "reference" });
  assert.deepEqual([...tensors.keys()].sort(), Object.keys(expected).sort());
  for (const [name, { shape, dtype, values: numbers }] of Object.entries(expected)) {
    const t = tensors.get(name)!;
    const handed: Record<string, DType> = { float16: "float32", float64: "float32" };
    assert.deepEqual([t.shape, t.dtype], [shape, handed[dtype] ?? dtype], name);
    assert.deepEqual(values(t), numbers.map(Math.fround), name);
  }
  engine.free(...tensors.values());
});

test("what is written has the bytes of the reference package", () => {
  const { tensors } = readSafetensors(engine, fixture("written.safetensors"));
  const path = join(folder, "ours.safetensors");
  const shuffled = new Map([...tensors].reverse());
  writeSafetensors(engine, path, shuffled);
  const same = readFileSync(path).equals(readFileSync(fixture("written.safetensors")));
  assert.equal(same, true);
  engine.free(...tensors.values());
});

test("a view that is not contiguous is written row-major", () => {
  const path = join(folder, "view.safetensors");
  const x = engine.tensor([1, 2, 3, 4, 5, 6], [2, 3]);
  engine.tidy(() => writeSafetensors(engine, path, new Map([["x", engine.transpose(x, 0, 1)]])));
  const { tensors } = readSafetensors(engine, path);
  assert.deepEqual(
    [tensors.get("x")!.shape, values(tensors.get("x")!)],
    [
      [3, 2],
      [1, 4, 2, 5, 3, 6],
    ],
  );
  engine.free(x, ...tensors.values());
});

test("only wanted tensors are read; the rest may even be of an unknown type", () => {
  const odd = { dtype: "F8_E4M3", shape: [4], data_offsets: [4, 8] };
  const path = fileWith({ a: entry(0, 4), odd }, 8);
  const { tensors } = readSafetensors(engine, path, { only: (name) => name === "a" });
  assert.deepEqual([...tensors.keys()], ["a"]);
  engine.free(...tensors.values());
  refuses(path, /tensor `odd`/, /F8_E4M3 is none of F32, BF16/);
});

test("tensors outlive the scope, the file and its truncation", () => {
  const path = join(folder, "gone.safetensors");
  copyFileSync(fixture("mixed.safetensors"), path);
  const { tensors } = engine.tidy(() => readSafetensors(engine, path));
  truncateSync(path, 0);
  assert.equal(engine.item(tensors.get("scalar")!), 2.5);
  engine.free(...tensors.values());
});

test("a file cut off anywhere is refused", () => {
  const whole = readFileSync(fixture("mixed.safetensors"));
  const path = join(folder, "cut.safetensors");
  for (let length = 0; length < whole.length; length += 7) {
    writeFileSync(path, whole.subarray(0, length));
    refuses(path, /cut\.safetensors/);
  }
  writeFileSync(path, whole.subarray(0, whole.length - 1));
  refuses(path, /cut\.safetensors, tensor `/, /its data ends at byte/);
});

test("each fault of a header is one error that names the file and the tensor", () => {
  refuses(join(folder, "absent.safetensors"), /absent\.safetensors/, /cannot be opened/);
  refuses(folder, /it is not a file/);
  writeFileSync(join(folder, "zip.safetensors"), `PK\x03\x04${"x".repeat(100)}`);
  refuses(join(folder, "zip.safetensors"), /zip\.safetensors/, /not a safetensors file/);
  const huge = Buffer.concat([Buffer.from([0, 0, 0, 0, 1, 0, 0, 0]), Buffer.from('{"a":1}')]);
  writeFileSync(join(folder, "huge.safetensors"), huge);
  refuses(join(folder, "huge.safetensors"), /header of 4294967296 bytes is larger than/);
  refuses(fileWith('{"a": '), /not JSON/);
  refuses(fileWith({ a: 1 }), /tensor `a`/, /lacks a dtype/);
  refuses(fileWith({ a: { ...entry(0, 4), shape: [-1] } }, 4), /tensor `a`/, /shape must be an array of counts/);
  refuses(fileWith({ a: { ...entry(0, 4), data_offsets: [4, 0] } }, 4), /tensor `a`/, /data_offsets must be/);
  refuses(fileWith({ a: entry(0, 8, [1]) }, 8), /tensor `a`/, /F32 \[1\] needs 4 bytes, its offsets span 8/);
  refuses(fileWith({ a: entry(0, 8), b: entry(4, 12) }, 12), /tensor `b`/, /overlaps/);
  refuses(fileWith({ a: entry(0, 4), b: entry(8, 12) }, 12), /tensor `b`/, /leaves a gap/);
  refuses(fileWith({ a: entry(0, 400) }, 8), /tensor `a`/, /its data ends at byte/);
  refuses(fileWith({ a: entry(0, 4) }, 8), /4 bytes at its end belong to no tensor/);
  refuses(fileWith({ a: { ...entry(0, 4), shape: [2 ** 40, 2 ** 40] } }, 4), /tensor `a`/, /needs/);
  refuses(fileWith({ __metadata__: { n: 1 }, a: entry(0, 4) }, 4), /__metadata__/);
  const twice = JSON.stringify(entry(0, 4));
  refuses(fileWith(`{"a": ${twice}, "b\\"{": ${JSON.stringify(entry(4, 8))}, "a" :${twice}}`, 8), /`a` is there twice/);
});

test("random bytes in a header never do more than throw an InputError", () => {
  const whole = readFileSync(fixture("mixed.safetensors"));
  const path = join(folder, "noise.safetensors");
  for (let i = 0; i < 150; i++) {
    const bytes = Buffer.from(whole);
    bytes[(i * 7919) % 900] = (i * 104729) % 256;
    writeFileSync(path, bytes);
    try {
      engine.free(...readSafetensors(engine, path).tensors.values());
    } catch (error) {
      assert.ok(error instanceof InputError, `${error}`);
    }
  }
});

test("shards read as one checkpoint, and only those that are needed", () => {
  const index = join(folder, "model.safetensors.index.json");
  const write = (weightMap: unknown) => writeFileSync(index, JSON.stringify({ weight_map: weightMap }));
  const [a, b] = [engine.full([2], 1), engine.full([3], 2)];
  writeSafetensors(engine, join(folder, "one.safetensors"), new Map([["a", a]]));
  writeSafetensors(engine, join(folder, "two.safetensors"), new Map([["b", b]]));
  write({ a: "one.safetensors", b: "two.safetensors" });
  const { tensors } = readSafetensors(engine, index);
  assert.deepEqual(
    [...tensors].map(([name, t]) => [name, values(t)]),
    [
      ["a", [1, 1]],
      ["b", [2, 2, 2]],
    ],
  );
  rmSync(join(folder, "two.safetensors"));
  const part = readSafetensors(engine, index, { only: (name) => name === "a" });
  engine.free(a, b, ...tensors.values(), ...part.tensors.values());
  refuses(index, /index\.json/, /the shard two\.safetensors with tensor `b` is missing/);
  write({ a: "one.safetensors", c: "one.safetensors" });
  refuses(index, /one\.safetensors/, /it lacks tensor `c`/);
  write({ a: "../one.safetensors" });
  refuses(index, /the shard \.\.\/one\.safetensors/);
  write({ a: 1 });
  refuses(index, /`weight_map` must give a file/);
  writeFileSync(index, "{");
  refuses(index, /cannot be read as JSON/);
});

test("a write that fails leaves the old file and no other", () => {
  const path = join(folder, "kept.safetensors");
  const x = engine.full([2], 1);
  writeSafetensors(engine, path, new Map([["x", x]]));
  const old = readFileSync(path);
  const gone = engine.full([2], 1);
  engine.free(gone);
  assert.throws(
    () =>
      writeSafetensors(
        engine,
        path,
        new Map([
          ["x", x],
          ["gone", gone],
        ]),
      ),
    /freed/,
  );
  assert.equal(readFileSync(path).equals(old), true);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith(".part")),
    [],
  );
  if (existsSync("/dev/full")) {
    // A disk without room, in place of the file that is written first.
    symlinkSync("/dev/full", `${path}.${process.pid}.part`);
    const full = (e: Error) => e instanceof InputError && /it cannot be written: ENOSPC.*free space/.test(e.message);
    assert.throws(() => writeSafetensors(engine, path, new Map([["x", x]])), full);
    assert.equal(readFileSync(path).equals(old), true);
  }
  const nowhere = join(folder, "none", "x.safetensors");
  assert.throws(
    () => writeSafetensors(engine, nowhere, new Map([["x", x]])),
    (e: Error) => e instanceof InputError && /it cannot be written: ENOENT/.test(e.message),
  );
  engine.free(x);
});
