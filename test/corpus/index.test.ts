import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Vectors } from "../../src/base/vectors.ts";
import { buildIndex, type IndexReport } from "../../src/corpus/buildIndex.ts";
import { openIndex } from "../../src/corpus/openIndex.ts";
import { type Hit, searchIndex } from "../../src/corpus/searchIndex.ts";
import type { IndexModel } from "../../src/corpus/textIndex.ts";
import { openEngine } from "../../src/engine/openEngine.ts";

const engine = await openEngine({ threads: 1 });
const room = mkdtempSync(join(tmpdir(), "sulam-corpus-"));
after(() => rmSync(room, { recursive: true, force: true }));

/** Counts of the letters a, b and c; it says what it was asked. */
class Letters {
  readonly engine = engine;
  asked: string[] = [];
  async encode(texts: readonly string[]): Promise<Vectors> {
    this.asked.push(...texts);
    const rows = texts.map((text) => ["a", "b", "c"].map((letter) => text.split(letter).length - 1 + 0.01));
    return { data: Float32Array.from(rows.flat()), n: texts.length, d: 3 };
  }
}

const model: IndexModel = { name: "letters", identity: "1", maxLength: 8 };
const chunks = { by: "paragraphs", words: 6, overlap: 0 } as const;
let serial = 0;

function place(): { source: string; folder: string; encoder: Letters; build: (more?: object) => Promise<IndexReport> } {
  const source = join(room, `texts-${++serial}`);
  const folder = join(room, `index-${serial}`);
  mkdirSync(source);
  const encoder = new Letters();
  const build = (more = {}): Promise<IndexReport> =>
    buildIndex({ source, folder, chunks, model, encoder, rebuild: false, ...more });
  return { source, folder, encoder, build };
}

async function find(folder: string, query: string, more = {}): Promise<Hit[]> {
  const index = await openIndex(folder);
  assert.ok(index, "no index");
  return searchIndex(index, { query, k: 3, lexicalWeight: 0, model, encoder: new Letters(), ...more });
}

test("the nearest passage comes first, with its file and line", async () => {
  const { source, folder, build } = place();
  mkdirSync(join(source, "sub"));
  writeFileSync(join(source, "one.txt"), "aaa\n\n\nbbb itu ini di situ siri enam\n");
  writeFileSync(join(source, "sub/rows.jsonl"), '{"text":"ccc"}\n\n{"text":"abc"}\n');
  writeFileSync(join(source, "picture.png"), "x");
  writeFileSync(join(source, ".hidden.txt"), "ccccc");
  const report = await build();
  assert.deepEqual(report, { files: 2, passages: 5, read: 2, encoded: 5, removed: 0, skipped: { ".png": 1 } });
  const [first, second] = await find(folder, "bb");
  assert.deepEqual([first.file, first.line, first.text], ["one.txt", 4, "bbb itu ini di situ siri"]);
  assert.deepEqual([first.rank, second.rank], [1, 2]);
  const [row] = await find(folder, "c");
  assert.deepEqual([row.file, row.line, row.text, row.snippet], ["sub/rows.jsonl", 1, "ccc", "ccc"]);
});

test("only new and changed texts are encoded again, and files that are gone leave the index", async () => {
  const { source, folder, encoder, build } = place();
  for (const name of ["a", "b", "c"])
    writeFileSync(join(source, `${name}.txt`), `${name} satu\n\n${name} dua tiga empat lima`);
  await build();
  encoder.asked = [];
  assert.deepEqual(await build(), { files: 3, passages: 6, read: 0, encoded: 0, removed: 0, skipped: {} });
  writeFileSync(join(source, "a.txt"), "a satu\n\na baru dua tiga empat lima");
  utimesSync(join(source, "a.txt"), new Date(), new Date(Date.now() + 5000));
  rmSync(join(source, "b.txt"));
  const report = await build();
  assert.deepEqual([report.read, report.encoded, report.removed, report.passages], [1, 1, 1, 4]);
  assert.deepEqual(encoder.asked, ["a baru dua tiga empat lima"]);
  const index = (await openIndex(folder))!;
  const fresh = await new Letters().encode(index.passages.map(({ text }) => text));
  assert.deepEqual(index.vectors, fresh, "a passage has another text's vector");
});

test("an index of another model or of other passages is refused and stays, or is rebuilt when asked", async () => {
  const { source, folder, build } = place();
  writeFileSync(join(source, "a.txt"), "aaa");
  await build();
  const before = readFileSync(join(folder, "index.json"), "utf8");
  const other = { ...model, name: "other", identity: "2" };
  await assert.rejects(build({ model: other }), /made with other weights .*\(letters\) than other has.*--rebuild/);
  await assert.rejects(build({ chunks: { ...chunks, words: 9 } }), /passages cut as .*"words":6.*, not as .*"words":9/);
  await assert.rejects(find(folder, "a", { model: other }), /made with other weights/);
  assert.equal(readFileSync(join(folder, "index.json"), "utf8"), before);
  assert.equal((await build({ model: other, rebuild: true })).encoded, 1);
  assert.equal((await find(folder, "a", { model: other })).length, 1);
});

test("what fails leaves the index that was there", async () => {
  const { source, folder, build } = place();
  writeFileSync(join(source, "a.txt"), "aaa");
  await build();
  writeFileSync(join(source, "b.jsonl"), '{"text":"b"}\n{"teks":"b"}\n');
  await assert.rejects(build(), /b\.jsonl:2: field `text` must be a text, got nothing/);
  writeFileSync(join(source, "b.jsonl"), '{"text":"b"}\n');
  const failing = { encode: () => Promise.reject(new Error("disk on fire")) };
  await assert.rejects(build({ encoder: failing }), /disk on fire/);
  writeFileSync(join(source, "c.txt"), Buffer.from([0xff, 0xfe, 0x41]));
  await assert.rejects(build(), /c\.txt: is not UTF-8/);
  assert.deepEqual(
    (await find(folder, "a")).map(({ text }) => text),
    ["aaa"],
  );
  assert.equal(readdirSync(folder).filter((name) => name.startsWith("content-")).length, 1);
});

test("content that a cut-off process left is cleared, and its lock is no hindrance", async () => {
  const { source, folder, build } = place();
  writeFileSync(join(source, "a.txt"), "aaa");
  mkdirSync(join(folder, "content-1"), { recursive: true });
  writeFileSync(join(folder, "content-1/passages.jsonl"), '{"tor');
  writeFileSync(join(folder, "writer.lock"), "999999999");
  await build();
  assert.deepEqual(readdirSync(folder).sort(), ["content-2", "index.json"]);
  writeFileSync(join(folder, "writer.lock"), `${process.ppid}`);
  await assert.rejects(build(), new RegExp(`is being written by process ${process.ppid}`));
});

test("damage, another format and nothing to index are told", async () => {
  const { source, folder, build } = place();
  await assert.rejects(build(), /holds no \.txt, \.md or \.jsonl file/);
  assert.equal(existsSync(join(folder, "index.json")), false);
  writeFileSync(join(source, "a.txt"), "aaa\n\nbbb bb bb bb bb bb");
  await build();
  writeFileSync(join(folder, "content-1/passages.jsonl"), '{"file":"a.txt","line":1,"endLine":1,"text":"aaa"}\n');
  await assert.rejects(openIndex(folder), /must hold 2 passages and vectors, holds 1 and 2/);
  writeFileSync(join(folder, "index.json"), '{"format":2}');
  await assert.rejects(openIndex(folder), /must be an index of format 1, got 2/);
  await assert.rejects(
    buildIndex({
      source: join(room, "none"),
      folder: join(room, "i"),
      chunks,
      model,
      encoder: new Letters(),
      rebuild: false,
    }),
    /none: no such file or folder/,
  );
});

test("a hybrid lifts what shares the query's words; bad questions are refused", async () => {
  const { source, folder, build } = place();
  writeFileSync(
    join(source, "a.jsonl"),
    ["abab", "aaa zuhur", "aaab"].map((text) => `${JSON.stringify({ text })}\n`).join(""),
  );
  await build();
  assert.equal((await find(folder, "ab ab zuhur"))[0].text, "abab");
  assert.equal((await find(folder, "ab ab zuhur", { lexicalWeight: 0.5 }))[0].text, "aaa zuhur");
  await assert.rejects(find(folder, " "), /the query is empty/);
  await assert.rejects(find(folder, "a", { k: 0 }), /k must be a whole number of at least 1, got 0/);
  assert.equal((await find(folder, "a", { k: 50 })).length, 3);
});
