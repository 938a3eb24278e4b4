import assert from "node:assert/strict";
import { copyFile, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { sha256 } from "../../src/base/hash.ts";
import { examplesFrom } from "../../src/data/examplesFrom.ts";
import { loadDataset } from "../../src/data/loadDataset.ts";

const home = fileURLToPath(new URL("../../datasets/malay-mini/", import.meta.url));
const malay = await loadDataset("malay-mini");

/** A copy of malay-mini whose file and card are changed by `change`. */
async function changed(change: Change): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "sulam-dataset-"));
  const lines = (await readFile(join(home, "malay-mini.jsonl"), "utf8")).trim().split("\n");
  const card = JSON.parse(await readFile(join(home, "card.json"), "utf8"));
  card.sha256 = "";
  change(lines, card);
  const text = `${lines.join("\n")}\n`;
  await writeFile(join(dir, "malay-mini.jsonl"), text);
  await writeFile(join(dir, "card.json"), JSON.stringify({ ...card, sha256: card.sha256 || sha256(text) }));
  return dir;
}

type Change = (lines: string[], card: Record<string, unknown>) => void;

function edit(line: number, from: string | RegExp, to: string): Change {
  return (lines) => {
    lines[line] = lines[line].replace(from, to);
  };
}

function set(key: string, value: unknown): Change {
  return (_, card) => {
    card[key] = value;
  };
}

describe("loadDataset", () => {
  it("loads malay-mini: 720 rows of 6 domains x 24 topics x 5 passages", () => {
    assert.equal(malay.rows.length, 720);
    assert.equal(new Set(malay.rows.map((row) => row.domain)).size, 6);
    const groups = new Map<string, number>();
    for (const { group } of malay.rows) groups.set(group, (groups.get(group) ?? 0) + 1);
    assert.equal(groups.size, 144);
    assert.deepEqual(new Set(groups.values()), new Set([5]));
    assert.deepEqual(malay.passages[0], { id: "berita-01-1", text: malay.rows[0].passage });
    assert.equal(malay.rows.filter((row) => row.thai !== "").length, 144);
  });

  it("splits by topic number: test multiples of 4, dev 2, 10 and 18, train the rest", () => {
    const { train, dev, test } = malay.split();
    const numbers = (rows: readonly { id: string }[]) =>
      [...new Set(rows.map(({ id }) => Number(id.split("-")[1])))].sort((a, b) => a - b);
    assert.deepEqual(numbers(test.rows), [4, 8, 12, 16, 20, 24]);
    assert.deepEqual(numbers(dev.rows), [2, 10, 18]);
    assert.deepEqual(numbers(train.rows), [1, 3, 5, 6, 7, 9, 11, 13, 14, 15, 17, 19, 21, 22, 23]);
    assert.equal(train.rows.length + dev.rows.length + test.rows.length, 720);
    assert.equal(test.passages.length, 720);
  });

  it("gives the reference's 2,700 training pairs of train and dev", () => {
    const { train, dev } = malay.split();
    const fields = ["query", "queryColloquial", "paraphrase", "english", "indonesian"];
    const pairs = examplesFrom([...train.rows, ...dev.rows], fields);
    assert.equal(pairs.length, 2700);
    const row = train.rows[0];
    assert.deepEqual(pairs[3], {
      query: row.english,
      pos: [row.passage],
      neg: [],
      group: "berita-01",
      posIds: [row.id],
    });
    assert.equal(examplesFrom(train.rows, ["thai"]).length, 90);
    assert.throws(
      () => examplesFrom(train.rows, ["english", "klingon"]),
      /rows have no field `klingon`, they have id,/,
    );
  });

  it("refuses a file whose bytes are not those of its card", async () => {
    const dir = await changed((lines, card) => {
      card.sha256 = malay.card.sha256;
      lines[5] = lines[5].replace("a", "e");
    });
    await assert.rejects(
      loadDataset(dir),
      /malay-mini\.jsonl: its sha256 is [0-9a-f]{64}, its card says [0-9a-f]{64}\. The file was changed/,
    );
  });

  const bad: [string, Change, RegExp][] = [
    [
      "an empty query",
      edit(1, /"query": "[^"]*"/, '"query": " "'),
      /jsonl:2: field `query` must be a non-empty text, got " "/,
    ],
    [
      "a number for a text",
      edit(6, /"english": "[^"]*"/, '"english": 3'),
      /jsonl:7: field `english` must be a non-empty text, got 3\. Mend or remove the line/,
    ],
    [
      "a missing field",
      edit(0, '"passage"', '"text"'),
      /jsonl:1: field `passage` must be a non-empty text, got nothing/,
    ],
    [
      "a number for an optional text",
      edit(2, '"thai": ""', '"thai": 0'),
      /jsonl:3: field `thai` must be a text, got 0/,
    ],
    ["an id without topic", edit(3, "berita-01-4", "berita-1"), /jsonl:4: field `id` must match .* got "berita-1"/],
    ["a duplicate id", edit(4, "berita-01-5", "berita-01-2"), /jsonl:5: id "berita-01-2" stands already at .*jsonl:2/],
    ["a missing row", (l) => void l.pop(), /has 719 rows, its card says 720/],
    ["no rows", (l) => void l.splice(0), /malay-mini\.jsonl: has no rows/],
    [
      "a card without licence",
      set("licence", undefined),
      /card\.json: `licence` must be a non-empty text, got nothing/,
    ],
    [
      "a card with an unknown role",
      set("fields", { id: { role: "key" } }),
      /`fields\.id\.role` must be one of id, passage/,
    ],
    [
      "a card with an unknown split rule",
      set("splits", { by: "row" }),
      /`splits\.by` must be number, field or hash, got "row"/,
    ],
    [
      "a card whose pattern takes letters for the topic's number",
      set("group", { field: "id", pattern: "^(([a-z]+)-[0-9]{2})-[1-5]$" }),
      /row `berita-01-1`: field `id` must hold the topic's number, got "berita-01-1"/,
    ],
    [
      "a card whose pattern has no topic number",
      set("group", { field: "id", pattern: "(.*)" }),
      /`group\.pattern` must be a pattern with two brackets/,
    ],
  ];
  for (const [title, change, message] of bad)
    it(`refuses ${title}`, async () => {
      await assert.rejects(loadDataset(await changed(change)), { name: "InputError", message });
    });

  it("says what can be loaded when the name is unknown, and that a card is missing", async () => {
    await assert.rejects(loadDataset("malay-maxi"), /no dataset or file is called "malay-maxi"\. Name `malay-mini`/);
    await assert.rejects(loadDataset(await mkdtemp(join(tmpdir(), "sulam-none-"))), /card\.json: no such file/);
  });

  it("loads a bare file, and deals its topics by hash, the same when rows are added", async () => {
    const dir = await mkdtemp(join(tmpdir(), "sulam-bare-"));
    const path = join(dir, "mini.jsonl");
    await copyFile(join(home, "malay-mini.jsonl"), path);
    const whole = await loadDataset(path);
    assert.deepEqual(whole.queryFields, malay.queryFields);
    const { train, dev, test } = whole.split();
    const topics = [train, dev, test].map((part) => new Set(part.rows.map((row) => row.topic)));
    assert.equal(topics[0].size + topics[1].size + topics[2].size, 144);
    assert.ok(topics[2].size > 15 && topics[2].size < 45, `${topics[2].size} test topics of 144 at a share of .2`);
    const lines = (await readFile(path, "utf8")).trim().split("\n");
    await writeFile(path, lines.slice(300).join("\n"));
    for (const row of (await loadDataset(path)).split().test.rows) assert.ok(topics[2].has(row.topic));
  });

  it("deals a bare file by its field `split`, and refuses a topic on two sides", async () => {
    const dir = await mkdtemp(join(tmpdir(), "sulam-split-"));
    const path = join(dir, "rows.csv");
    await writeFile(path, "id,topic,passage,query,split\n1,a,p,q,train\n2,b,p,q,test\n3,a,p,q,train\n");
    assert.deepEqual(
      (await loadDataset(path)).split().train.rows.map((row) => row.id),
      ["1", "3"],
    );
    await writeFile(path, "id,topic,passage,query,split\n1,a,p,q,train\n2,a,p,q,test\n");
    await assert.rejects(loadDataset(path), /group `a` has rows in train and, by row `2`, in test/);
    await writeFile(path, "id,passage,query,split\n1,p,q,trian\n");
    await assert.rejects(loadDataset(path), /row `1`: field `split` must be train, dev or test, got "trian"/);
    await writeFile(path, "id,text,query\n1,p,q\n");
    await assert.rejects(loadDataset(path), /its rows need a text `passage`, they have id, text, query/);
  });
});
