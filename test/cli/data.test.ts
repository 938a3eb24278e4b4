import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cli, scratch } from "./cli.ts";

const folder = scratch();
const path = (name: string): string => join(folder, name);
const rows = Array.from({ length: 60 }, (_, i) => ({
  query: `soalan nombor ${i % 50}`,
  text: `jawapan nombor ${i % 50} yang cukup panjang untuk dibaca`,
}));
const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
writeFileSync(path("rows.jsonl"), text);
writeFileSync(path("bad.jsonl"), `${text}tidak\n`);
const words = ["--licence", "CC0-1.0", "--source", "hand"];

test("import, check, split and card work one after another, data on stdout and words on stderr", async () => {
  const made = await cli(["data", "import", path("rows.jsonl"), "--output", path("set"), ...words, "--json"]);
  assert.equal(made.code, 0, made.err);
  const report = JSON.parse(made.out);
  assert.deepEqual([report.rows, report.duplicates.exact, report.rejected], [50, 10, 0]);
  assert.match(made.err, /The index of duplicates took \d+\.\d MB\./);

  const checked = await cli(["data", "check", path("set"), "--json"]);
  assert.equal(checked.code, 0, checked.err);
  assert.deepEqual(JSON.parse(checked.out).problems, []);

  const dealt = await cli(["data", "split", path("set"), "--output", path("dealt"), "--test", "0.4", "--json"]);
  assert.equal(dealt.code, 0, dealt.err);
  assert.deepEqual(JSON.parse(dealt.out).rows, { train: 25, dev: 5, test: 20 });

  const card = await cli(["data", "card", path("dealt"), "--write", "--summary", "Lima puluh."]);
  assert.equal(card.code, 0, card.err);
  assert.match(card.out, /^# set\n\nLima puluh\.\n/);
  assert.equal(JSON.parse(readFileSync(path("dealt/card.json"), "utf8")).summary, "Lima puluh.");
});

test("import ends with 3 when a row was set aside, and the dataset is there", async () => {
  const { code, err } = await cli(["data", "import", path("bad.jsonl"), "--output", path("part"), ...words]);
  assert.equal(code, 3, err);
  assert.match(err, /1 rows could not be used; see .*rejected\.jsonl/);
  assert.equal(JSON.parse(readFileSync(path("part/rejected.jsonl"), "utf8")).line, 61);
});

test("check ends with 1 and says what is wrong", async () => {
  const made = await cli(["data", "import", path("rows.jsonl"), "--output", path("bent"), ...words]);
  assert.equal(made.code, 0, made.err);
  writeFileSync(path("bent/rows.jsonl"), readFileSync(path("bent/rows.jsonl"), "utf8").replace("nombor 3", "nombor 4"));
  const { code, out, err } = await cli(["data", "check", path("bent")]);
  assert.deepEqual([code, out], [1, ""]);
  assert.match(err, /sha256: 1\n.*its card says/);
});

test("dedupe keeps rows as they are, writes the removed ones beside, and ends with 3 for a bad row", async () => {
  const { code, err } = await cli(["data", "dedupe", path("bad.jsonl"), "--output", path("clean.jsonl")]);
  assert.equal(code, 3, err);
  assert.equal(readFileSync(path("clean.jsonl"), "utf8"), `${text.split("\n").slice(0, 50).join("\n")}\n`);
  assert.equal(readFileSync(path("clean.jsonl.duplicates.jsonl"), "utf8").trim().split("\n").length, 10);
  assert.match(readFileSync(path("clean.jsonl.rejected.jsonl"), "utf8"), /^\{"line":61,"reason":"the line is not JSON/);
  // more digits than a float64 has
  const tweet = '{"tweet": 12345678901234567890, "text": "apa khabar semua"}\n';
  writeFileSync(path("tweet.jsonl"), tweet);
  const again = await cli(["data", "dedupe", path("tweet.jsonl"), "--output", path("clean.jsonl")]);
  assert.deepEqual([again.code, readFileSync(path("clean.jsonl"), "utf8")], [0, tweet]);
  const left = readdirSync(folder).filter((name) => name.startsWith("clean.jsonl"));
  assert.deepEqual(left, ["clean.jsonl"], "what the earlier call told of other rows is gone");
  const packed = await cli(["data", "dedupe", path("tweet.jsonl"), "--output", path("clean.jsonl.gz")]);
  assert.match(packed.err, /is written as JSONL, which its name does not say/);
});

test("wrong usage is told in one line, and nothing is written", async () => {
  const mistakes: [string[], number, RegExp][] = [
    [["import", path("rows.jsonl")], 2, /--output and --licence and --source must be given/],
    [["import", path("absent.jsonl"), "--output", path("x"), ...words], 1, /absent\.jsonl: no such file or folder/],
    [
      ["import", path("rows.jsonl"), "--output", path("x"), ...words, "--near", "2"],
      2,
      /above 0 and at most 1, or off/,
    ],
    [["import", path("rows.jsonl"), "--output", path("x"), ...words, "--passage", "teks"], 1, /no row could be used/],
    [["split", path("rows.jsonl"), "--output", path("x")], 1, /its rows need a text `id`/],
    [["split", "malay-mini", "--output", path("x"), "--test", "0.6", "--dev", "0.4"], 1, /below 1 together/],
    [["card", "malay-mini", "--licence", "x"], 2, /--licence needs --write/],
    [["card", path("rows.jsonl"), "--write"], 1, /rows need a text `id`/],
    [["check", path("absent")], 1, /no dataset or file is called/],
    [["dedupe", path("rows.docx"), "--output", path("x.jsonl")], 1, /does not tell the file's kind/],
  ];
  for (const [args, exit, told] of mistakes) {
    const { code, out, err } = await cli(["data", ...args]);
    assert.deepEqual([code, out], [exit, ""], err);
    assert.match(err, told);
    assert.doesNotMatch(err, /bug/);
  }
  assert.equal(existsSync(path("x")), false);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith(".part")),
    [],
  );
});

test("leaks ends with 1, and with 0 once the rows that hold none are written", async () => {
  const held = { id: "a", passage: "air dipotong mulai pagi Khamis", query: "bila air dipotong", split: "test" };
  writeFileSync(path("held.jsonl"), `${JSON.stringify(held)}\n`);
  const rows = [
    { query: "BILA air dipotong?", positive: "esok" },
    { query: "lain", positive: "sekali" },
  ];
  writeFileSync(path("train.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const args = ["data", "leaks", path("train.jsonl"), "--test", path("held.jsonl")];
  const looked = await cli(args);
  assert.deepEqual([looked.code, looked.out], [1, ""], looked.err);
  assert.match(looked.err, /1 of 2 test texts stand in 1 of 2 training rows \(0 exact, 1 normalised, 0 window\)/);
  assert.match(looked.err, /line 1, normalised: "bila air dipotong" in "BILA air dipotong\?"/);
  const removed = await cli([...args, "--output", path("clean.jsonl"), "--json"]);
  assert.deepEqual([removed.code, JSON.parse(removed.out).leaking], [0, 1], removed.err);
  assert.equal(readFileSync(path("clean.jsonl"), "utf8"), `${JSON.stringify(rows[1])}\n`);
  const mixed = [...rows.slice(1), { query: "a", positive: "b", split: "test", soalan: "bila air dipotong" }];
  writeFileSync(path("mixed.jsonl"), `${mixed.map((row) => JSON.stringify(row)).join("\n")}\n{ rosak\n`);
  const asked = ["data", "leaks", path("mixed.jsonl"), "--test", path("held.jsonl"), "--output", path("apart.jsonl")];
  const aside = await cli(asked);
  assert.equal(aside.code, 3, aside.err);
  for (const words of [
    /0 of 2 test texts stand in 0 of 1 training rows/,
    /1 rows have another split/,
    /2 rows stay in/,
  ])
    assert.match(aside.err, words);
  assert.match(aside.err, /1 rows could not be read or hold no text/);
  writeFileSync(path("foreign.jsonl"), '{"query": "x", "positive": "y", "soalan": "bila air dipotong"}\n');
  const foreign = await cli(["data", "leaks", path("foreign.jsonl"), "--test", path("held.jsonl")]);
  assert.match(foreign.err, /Not looked at: soalan \(--fields soalan looks there, too\)/);
  const there = await cli(["data", "leaks", path("foreign.jsonl"), "--test", path("held.jsonl"), "--fields", "soalan"]);
  assert.deepEqual([foreign.code, there.code], [0, 1]);
  const none = await cli(["data", "leaks", path("clean.jsonl"), "--test", path("held.jsonl")]);
  assert.equal(none.code, 0, none.err);
  assert.equal((await cli(["data", "leaks", path("clean.jsonl")])).code, 2, "without --test");
});
