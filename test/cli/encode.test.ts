import assert from "node:assert/strict";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { readNpy } from "../../src/data/npy.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { readSafetensors } from "../../src/engine/safetensors.ts";
import { cli, scratch } from "./cli.ts";

const fixtures = join(import.meta.dirname, "../fixtures/model");
const model = join(fixtures, "st6-bert");
const texts: string[] = JSON.parse(readFileSync(join(fixtures, "texts.json"), "utf8"));
const folder = scratch();
const path = (name: string): string => join(folder, name);

/** What sentence-transformers gives for `texts`: [N, D]. */
async function reference(): Promise<{ data: Float32Array; d: number }> {
  const engine = await openEngine({ threads: 1 });
  const { tensors } = readSafetensors(engine, join(model, "vectors.safetensors"));
  const vectors = tensors.get("vectors")!;
  return { data: engine.toFloat32(vectors), d: vectors.shape[1] };
}

function assertNear(a: ArrayLike<number>, b: ArrayLike<number>): void {
  assert.equal(a.length, b.length);
  const worst = Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
  assert.ok(worst < 1e-5, `they differ by ${worst}`);
}

test("JSONL texts become the vectors of sentence-transformers, as .npy and as .jsonl", async () => {
  const { data, d } = await reference();
  writeFileSync(path("texts.jsonl.gz"), gzipSync(texts.map((text) => `${JSON.stringify({ text })}\n`).join("")));
  const npy = await cli(["encode", model, "--input", path("texts.jsonl.gz"), "--output", path("v.npy"), "--json"]);
  assert.equal(npy.code, 0, npy.err);
  assert.deepEqual(JSON.parse(npy.out), { texts: texts.length, dimension: d, output: path("v.npy") });
  const read = await readNpy(path("v.npy"));
  assert.deepEqual([read.n, read.d], [texts.length, d]);
  assertNear(read.data, data);

  const args = ["encode", model, "--jsonl", "--input", "-", "--output", path("v.jsonl")];
  const jsonl = await cli(args, { input: texts.map((text) => `${JSON.stringify(text)}\n`).join("") });
  assert.deepEqual([jsonl.code, jsonl.out], [0, ""], jsonl.err);
  const rows = readFileSync(path("v.jsonl"), "utf8").trimEnd().split("\n");
  assert.equal(rows.length, texts.length);
  assert.deepEqual(Float32Array.from(rows.flatMap((row) => JSON.parse(row))), read.data);
});

test("an output of another kind is refused before anything is computed", async () => {
  for (const name of ["v.csv", "v.npy.gz"]) {
    const { code, err } = await cli(["encode", model, "--input", "-", "--output", path(name)], { input: "satu" });
    assert.deepEqual([code, existsSync(path(name))], [1, false]);
    assert.match(err, /--output: must end in \.npy or \.jsonl, got .*v\./);
  }
});

test("a cache keeps each text's vector once, and gives the right one back", async () => {
  const folder = path("cache");
  const encode = (name: string, input: string) =>
    cli(["encode", model, "--input", "-", "--output", path(name), "--vector-cache", folder], { input });
  assert.equal((await encode("c1.npy", "satu\ndua\n")).code, 0);
  const again = await encode("c2.npy", "dua\ntiga\nsatu\n");
  assert.equal(again.code, 0, again.err);
  const plain = await cli(["encode", model, "--input", "-", "--output", path("c3.npy")], {
    input: "dua\ntiga\nsatu\n",
  });
  assert.equal(plain.code, 0, plain.err);
  // other neighbours in the batch: equal but for the last bits
  assertNear((await readNpy(path("c2.npy"))).data, (await readNpy(path("c3.npy"))).data);
  const info = await cli(["cache", "info", folder, "--json"]);
  assert.equal(info.code, 0, info.err);
  assert.deepEqual(
    JSON.parse(info.out).map(({ vectors, dimension }: { vectors: number; dimension: number }) => [vectors, dimension]),
    [[3, (await readNpy(path("c2.npy"))).d]],
  );
});

test("an empty line is a text, a final line end makes none, and - is standard input and output", async () => {
  for (const [input, n] of [
    ["satu\n\ndua\n", 3],
    ["satu\r\n\r\ndua", 3],
    ["\n", 1],
  ] as const) {
    const { code, stdout, err } = await cli(["encode", model, "--input", "-", "--output", "-"], { input });
    assert.equal(code, 0, err);
    writeFileSync(path("piped.npy"), stdout);
    assert.equal((await readNpy(path("piped.npy"))).n, n);
  }
});

test("wrong input is told in one line, and leaves no output and no half-written file", async () => {
  mkdirSync(path("out"));
  writeFileSync(path("empty.txt"), "");
  writeFileSync(path("latin1.txt"), Buffer.from([0x61, 0x0a, 0xe9, 0x0a]));
  writeFileSync(path("broken.jsonl"), '{"text": "a"}\n{"text": 3}\n');
  const mistakes: [string, RegExp][] = [
    ["absent.txt", /absent\.txt: no such file/],
    ["out", /out: is a folder/],
    ["empty.txt", /empty\.txt: holds no text/],
    ["latin1.txt", /latin1\.txt:2: the line is not UTF-8/],
    ["broken.jsonl", /broken\.jsonl:2: field `text` must be a text, got 3/],
  ];
  for (const [input, words] of mistakes) {
    const { code, out, err } = await cli(["encode", model, "--input", path(input), "--output", path("out/v.npy")]);
    assert.deepEqual([code, out], [1, ""]);
    assert.match(err, words);
    assert.match(err, /^error: .*\n$/);
  }
  assert.deepEqual(readdirSync(path("out")), []);
});

test("an output that cannot be written is told before the work begins, and the older file stays", async () => {
  writeFileSync(path("some.txt"), "satu\n");
  writeFileSync(path("file"), "");
  for (const [output, words] of [
    [path("nowhere/v.npy"), /there is no folder .*nowhere/],
    [folder, /is a folder/],
    [path("file/v.npy"), /part of the path is a file/],
    ["/dev/full", /\/dev\/full: the disk is full/],
  ] as const) {
    const { code, err } = await cli(["encode", model, "--input", path("some.txt"), "--output", output]);
    assert.equal(code, 1);
    assert.match(err, words);
    assert.doesNotMatch(err, /bug/);
  }
  assert.ok(existsSync("/dev/full"));
  writeFileSync(path("old.npy"), "old");
  assert.equal(
    (await cli(["encode", "nosuchmodel", "--input", path("some.txt"), "--output", path("old.npy")])).code,
    1,
  );
  assert.equal(readFileSync(path("old.npy"), "utf8"), "old");
});

test("a disk that is full under standard output is one error, and under standard error it ends nothing", async () => {
  const full = openSync("/dev/full", "w");
  after(() => closeSync(full));
  const encode = ["encode", model, "--input", path("some.txt"), "--output"];
  for (const args of [[...encode, "-"], [...encode, path("f.npy"), "--json"], ["--help"]]) {
    const { code, err } = await cli(args, { stdout: full });
    const errors = err.split("\n").filter((line) => /^error|Error|^ +at /.test(line));
    const words = "error: standard output: the disk is full. Free some space and run again.";
    assert.deepEqual([code, errors], [1, [words]], err);
  }
  const { code, out } = await cli([...encode, path("f.npy"), "--json"], { stderr: full });
  assert.equal(code, 0);
  assert.equal(JSON.parse(out).output, path("f.npy"));
});

test("a model that is none is named, with what a model can be", async () => {
  const { code, err } = await cli(["encode", "minlm", "--input", path("some.txt"), "--output", path("x.npy")]);
  assert.equal(code, 1);
  assert.match(err, /^error: .*minlm.*minilm.*Hub name/);
});
