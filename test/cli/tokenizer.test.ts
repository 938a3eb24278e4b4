import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { Tokenizer } from "tokenizers";
import { cli, scratch } from "./cli.ts";

const folder = scratch();
const file = join(folder, "tokenizer.json");
const lines = [
  "Selamat pagi, dunia!",
  "",
  "  dua  jarak",
  "🙂 جاوي ไทย 中文",
  "tab\tdan\rkembali\r",
  "\u0000\u0007",
  "\ufeffBOM",
];
let summary: string;

before(async () => {
  writeFileSync(join(folder, "malay.txt"), "selamat pagi dunia\nselamat petang dunia\nselamat malam\n".repeat(20));
  const args = ["tokenizer", "train", join(folder, "malay.txt"), "--vocab-size", "320", "--output", file, "--json"];
  const { code, out, err } = await cli(args);
  assert.equal(code, 0, err);
  summary = out;
});

test("train writes a tokenizer.json that Hugging Face loads, of at most the size that was asked for", async () => {
  const { vocabSize, texts, output } = JSON.parse(summary);
  assert.deepEqual([texts, output], [60, file]);
  const peer = await Tokenizer.fromFile(file);
  assert.equal(peer.getVocabSize(true), vocabSize);
  assert.ok(vocabSize > 256 && vocabSize <= 320);
});

test("encode gives the ids of Hugging Face, one array a line, with and without special tokens", async () => {
  const peer = await Tokenizer.fromFile(file);
  for (const special of [true, false]) {
    const args = ["tokenizer", "encode", file, ...(special ? [] : ["--no-special"])];
    const { code, out, err } = await cli(args, { input: `${lines.join("\n")}\n` });
    assert.deepEqual([code, err], [0, ""]);
    const ids = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const expected = await Promise.all(lines.map((line) => peer.encode(line, null, { addSpecialTokens: special })));
    assert.deepEqual(
      ids,
      expected.map((encoding) => encoding.getIds()),
    );
  }
});

test("no input gives no output; one line end is one empty text; --max-length cuts", async () => {
  const encode = ["tokenizer", "encode", file, "--no-special"];
  assert.equal((await cli(encode, { input: "" })).out, "");
  assert.equal((await cli(encode, { input: "\n" })).out, "[]\n");
  const cut = await cli([...encode, "--max-length", "2"], { input: "selamat pagi dunia" });
  assert.equal(JSON.parse(cut.out).length, 2);
});

test("wrong bytes, a missing or broken tokenizer, and texts that are not there are told in one line", async () => {
  writeFileSync(join(folder, "broken.json"), '{"model": {"type": "BPE"');
  const mistakes: [string[], RegExp, Uint8Array?][] = [
    [["encode", file], /standard input:2: the line is not UTF-8/, Buffer.from([0x61, 0x0a, 0xff, 0x0a])],
    [["encode", join(folder, "absent.json")], /absent\.json/],
    [["encode", join(folder, "broken.json")], /broken\.json/],
    [["encode", file, "--input", join(folder, "absent.txt")], /absent\.txt: no such file/],
    [["encode", file, "--input", folder], new RegExp(`${folder}: is a folder`)],
    [["train", join(folder, "absent.txt"), "--output", join(folder, "t.json")], /absent\.txt: no such file/],
    [
      ["train", join(folder, "malay.txt"), "--vocab-size", "9", "--output", join(folder, "t.json")],
      /the vocabulary must be/,
    ],
  ];
  for (const [args, words, input] of mistakes) {
    const { code, err } = await cli(["tokenizer", ...args], { input });
    assert.equal(code, 1, err);
    assert.match(err, words);
    assert.match(err, /^error: .*\n$/);
  }
});
