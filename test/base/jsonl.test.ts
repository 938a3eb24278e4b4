import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { readJsonl, writeJsonl } from "../../src/base/jsonl.ts";
import { readLines } from "../../src/base/lines.ts";
import { Random } from "../../src/base/random.ts";

const dir = await mkdtemp(join(tmpdir(), "sulam-jsonl-"));

async function linesOf(chunks: Uint8Array[]): Promise<string[]> {
  const texts = [];
  for await (const { text } of readLines(
    (async function* () {
      yield* chunks;
    })(),
  ))
    texts.push(text);
  return texts;
}

describe("readLines", () => {
  it("gives the same lines however the bytes are cut into chunks", async () => {
    const random = new Random(1);
    const text = "satu\r\n\n\ndua é😀\n\rtiga\nempat";
    const bytes = Buffer.from(text);
    for (let trial = 0; trial < 200; trial++) {
      const chunks: Buffer[] = [];
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + random.int(9);
        chunks.push(bytes.subarray(at, at + size));
        at += size;
      }
      assert.deepEqual(await linesOf(chunks), ["satu", "", "", "dua é😀", "\rtiga", "empat"]);
    }
  });

  it("counts an empty line as a line, and nothing after the last line end", async () => {
    assert.deepEqual(await linesOf([Buffer.from("\n")]), [""]);
    assert.deepEqual(await linesOf([Buffer.from("a\n")]), ["a"]);
    assert.deepEqual(await linesOf([]), []);
  });

  it("names the line whose bytes are not UTF-8, also when a character is cut off at the end", async () => {
    await assert.rejects(linesOf([Buffer.from("a\n\xff\n", "latin1")]), /input:2: the line is not UTF-8/);
    await assert.rejects(linesOf([Buffer.from("é").subarray(0, 1)]), /input:1: the line is not UTF-8/);
  });

  it("reads gzip files of several members, and reports a cut at every byte", async () => {
    const path = join(dir, "two.gz");
    const packed = Buffer.concat([gzipSync("a\nb\n"), gzipSync("c\n")]);
    await writeFile(path, packed);
    const texts = [];
    for await (const { text } of readLines(path)) texts.push(text);
    assert.deepEqual(texts, ["a", "b", "c"]);
    const one = gzipSync("a\nb\n");
    for (let size = 2; size < one.length; size++) {
      await writeFile(path, one.subarray(0, size));
      const read = (async () => {
        for await (const _ of readLines(path));
      })();
      await assert.rejects(read, { name: "InputError", message: /the gzip file is truncated/ }, `cut at ${size}`);
    }
  });
});

describe("writeJsonl", () => {
  it("writes what readJsonl reads, and leaves nothing else behind", async () => {
    const path = join(dir, "out.jsonl");
    const values = Array.from({ length: 9_000 }, (_, i) => ({
      i,
      text: `baris ${i} ${"panjang ".repeat(20)}\n😀 \u2028`,
    }));
    assert.equal(await writeJsonl(path, values), 9_000);
    const back = [];
    for await (const { value } of readJsonl(path)) back.push(value);
    assert.deepEqual(back, values);
    assert.deepEqual((await readdir(dir)).sort(), ["out.jsonl", "two.gz"]);
  });

  it("leaves the older file whole when the values fail half-way", async () => {
    const path = join(dir, "out.jsonl");
    await writeFile(path, "old\n");
    const failing = (function* () {
      yield 1;
      throw new Error("half-way");
    })();
    await assert.rejects(writeJsonl(path, failing), /half-way/);
    assert.equal(await readFile(path, "utf8"), "old\n");
    assert.deepEqual((await readdir(dir)).sort(), ["out.jsonl", "two.gz"]);
  });
});
