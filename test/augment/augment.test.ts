import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { addNoise } from "../../src/augment/addNoise.ts";
import { augment } from "../../src/augment/augment.ts";
import { endpointGenerator } from "../../src/augment/endpointGenerator.ts";
import { loadNoiseTables, type NoiseTables } from "../../src/augment/loadNoiseTables.ts";
import { noiseGenerator } from "../../src/augment/noiseGenerator.ts";
import { readParents } from "../../src/augment/readParents.ts";
import { readPrompt } from "../../src/augment/readPrompt.ts";
import type { Generator, SyntheticRow } from "../../src/augment/syntheticRow.ts";
import { loadDataset } from "../../src/data/loadDataset.ts";
import { readExamples } from "../../src/data/readExamples.ts";
import { Endpoint } from "../../src/remote/endpoint.ts";
import { type ApiServer, answer, fakeClock, message, startApi } from "../remote/apiServer.ts";

const folder = mkdtempSync(join(tmpdir(), "sulam-augment-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string): string => join(folder, name);

function lines<T = SyntheticRow>(name: string): T[] {
  const text = readFileSync(path(name), "utf8").trimEnd();
  return text === "" ? [] : text.split("\n").map((line) => JSON.parse(line));
}

let tables: NoiseTables;
let api: ApiServer;
before(async () => {
  tables = await loadNoiseTables();
  api = await startApi();
});
after(() => api.close());
beforeEach(() => {
  api.seen = [];
  api.queue = [];
});

const pairs = Array.from({ length: 30 }, (_, i) => ({
  id: `p${i}`,
  query: `bagaimana saya boleh memohon bantuan nombor ${i} sekarang?`,
  pos: [`permohonan bantuan ${i} dibuka`],
  neg: [`harga beras ${i} naik`],
  ...(i % 3 === 0 ? { group: `topik${i % 4}`, split: "test", domain: "khidmat" } : {}),
}));
writeFileSync(path("pairs.jsonl"), pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(""));

describe("by noise", () => {
  const options = { strength: 0.5, seed: 3, copies: 3 };

  test("each row names parent, generator and seed, and can be made again from them", async () => {
    const source = await readParents(path("pairs.jsonl"), { splits: ["train", "test"] });
    const report = await augment(source, noiseGenerator(tables, options), { output: path("noise.jsonl") });
    const rows = lines("noise.jsonl");
    assert.deepEqual([report.parents, report.rows, report.failed, report.resumed], [30, rows.length, 0, 0]);
    assert.ok(rows.length > 80, `${rows.length} rows`);
    assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
    for (const row of rows) {
      const parent = pairs.find(({ id }) => id === row.parent)!;
      assert.notEqual(row.query, parent.query);
      assert.equal(row.query, addNoise(parent.query, tables, { strength: 0.5, seed: row.seed }));
      assert.deepEqual([row.generator.name, row.generator.tables], ["noise", tables.sha256]);
      // its parent's group, and its parent itself where that has none; the same side of a split
      const { group = parent.id, split, domain } = parent;
      assert.deepEqual([row.group, row.split, row.domain], [group, split, domain]);
      assert.deepEqual([row.pos, row.neg], [parent.pos, parent.neg]);
    }
    const training = lines("noise.jsonl").filter(({ split }) => split === undefined || split === "train");
    assert.deepEqual(
      (await readExamples(path("noise.jsonl"))).map(({ query, group }) => [query, group]),
      training.map(({ query, group }) => [query, group]),
    );
    for (const name of ["noise.jsonl.part", "noise.jsonl.failed"]) assert.ok(!existsSync(path(name)), name);
  });

  test("rows of a dataset stand on the split that the card puts their parents on", async () => {
    const source = await readParents("malay-mini", { fields: ["query", "paraphrase"], splits: ["dev", "test"] });
    await augment(source, noiseGenerator(tables, { strength: 0.5, seed: 0 }), { output: path("mini.jsonl") });
    const parts = (await loadDataset("malay-mini")).split();
    const sides = new Map((["train", "dev", "test"] as const).flatMap((s) => parts[s].rows.map((row) => [row.id, s])));
    const rows = lines("mini.jsonl");
    assert.deepEqual([...new Set(rows.map(({ split }) => split))], ["dev", "test"]);
    for (const { parent, split, group, domain, pos } of rows) {
      const [id, field] = parent.split(":");
      assert.ok(["query", "paraphrase"].includes(field), field);
      assert.equal(sides.get(id), split);
      // its ids begin with the domain
      assert.equal(domain, id.split("-")[0]);
      assert.equal(parts[split!].rows.find((row) => row.id === id)?.group, group);
      assert.equal(pos.length, 1);
    }
  });

  test("of a file of pairs, too, only rows that train are varied unless other splits are named", async () => {
    const noise = noiseGenerator(tables, options);
    const own = await readParents(path("pairs.jsonl"));
    const report = await augment(own, noise, { output: path("train.jsonl") });
    assert.deepEqual([report.parents, report.leftOut], [20, 10]);
    assert.ok(lines("train.jsonl").every(({ split }) => split === undefined));
    const none = await readParents(path("pairs.jsonl"), { splits: ["dev"] });
    await assert.rejects(augment(none, noise, { output: path("none.jsonl") }), /none of its 30 rows is in dev/);
    // nothing was begun: the same output takes another choice
    const test = await readParents(path("pairs.jsonl"), { splits: ["test"] });
    assert.equal((await augment(test, noise, { output: path("none.jsonl") })).parents, 10);
  });

  test("the forms that sentence-transformers trains on are varied with all their negatives", async () => {
    const row = { anchor: pairs[0].query, positive: "p", negative_1: "n", negative_2: "m" };
    writeFileSync(path("anchored.jsonl"), `${JSON.stringify(row)}\n`);
    await augment(await readParents(path("anchored.jsonl")), noiseGenerator(tables, options), {
      output: path("a.jsonl"),
    });
    assert.deepEqual([lines("a.jsonl")[0].pos, lines("a.jsonl")[0].neg], [["p"], ["n", "m"]]);
  });

  test("with all texts, noised passages stand beside the parent's own", async () => {
    const source = await readParents(path("pairs.jsonl"), { splits: ["train", "test"] });
    const generator = noiseGenerator(tables, { strength: 1, seed: 3, allTexts: true });
    await augment(source, generator, { output: path("all.jsonl") });
    for (const [i, { pos, neg }] of lines("all.jsonl").entries()) {
      assert.deepEqual([pos[0], pos.length, neg[0], neg.length], [pairs[i].pos[0], 2, pairs[i].neg[0], 2]);
    }
  });
});

describe("work that was interrupted", () => {
  /** Dies at a parent, as a full disk or a lost network would. */
  const failing = (generator: Generator, at: string): Generator => ({
    ...generator,
    make: async (parent) => {
      if (parent.id === at) throw new Error("gone");
      return generator.make(parent);
    },
  });

  test("goes on wherever its file was cut, to the same bytes", async () => {
    const source = await readParents(path("pairs.jsonl"), { splits: ["train", "test"] });
    const generator = { ...noiseGenerator(tables, { strength: 0.5, seed: 3, copies: 2 }), concurrency: 3 };
    await augment(source, generator, { output: path("whole.jsonl") });
    const whole = readFileSync(path("whole.jsonl"), "utf8");
    const output = path("cut.jsonl");
    await assert.rejects(augment(source, failing(generator, "p28"), { output }), /gone/);
    assert.ok(!existsSync(output), "half an output is none");
    const part = readFileSync(`${output}.part`);
    for (const length of [0, 5, part.length, part.length - 1, part.length >> 1, (part.length >> 1) + 1]) {
      writeFileSync(`${output}.part`, part.subarray(0, length));
      const { parents, resumed } = await augment(source, generator, { output });
      const kept = Math.max(0, part.subarray(0, length).toString().split("\n").length - 2);
      assert.deepEqual([parents, resumed], [30, kept], `cut at ${length}`);
      assert.equal(readFileSync(output, "utf8"), whole, `cut at ${length}`);
      rmSync(output);
    }
    // what a power cut leaves: a tail of zeros
    writeFileSync(`${output}.part`, part);
    truncateSync(`${output}.part`, part.length + 4096);
    await augment(source, generator, { output });
    assert.equal(readFileSync(output, "utf8"), whole);
  });

  test("does not go on with other settings or other parents, and says which", async () => {
    const output = path("settings.jsonl");
    const source = await readParents(path("pairs.jsonl"), { splits: ["train", "test"] });
    const generator = noiseGenerator(tables, { strength: 0.5, seed: 3 });
    await assert.rejects(augment(source, failing(generator, "p20"), { output }), /gone/);
    const other = noiseGenerator(tables, { strength: 0.5, seed: 4 });
    await assert.rejects(
      augment(source, other, { output }),
      /settings\.jsonl\.part: .*begun with another seed\. Go on/,
    );
    writeFileSync(path("more.jsonl"), readFileSync(path("pairs.jsonl")));
    appendFileSync(path("more.jsonl"), '{"query": "lagi", "positive": "satu"}\n');
    const more = await readParents(path("more.jsonl"));
    await assert.rejects(augment(more, generator, { output }), /begun with another parents/);
    assert.equal((await augment(source, generator, { output })).parents, 30);
  });
});

describe("by an endpoint", () => {
  const translation = (text: string): string => JSON.stringify({ en: `in English: ${text}`, ms: `baku: ${text}` });
  const open = (cacheDir?: string): Endpoint =>
    new Endpoint({ url: api.url, model: "m", concurrency: 3 }, { env: {}, clock: fakeClock(), cacheDir });
  before(() => {
    api.usual = (response, seen) =>
      message(translation(seen.body.messages!.at(-1)!.content.split("\n\n")[1]))(response, seen);
  });

  test("each key of the answer is a row, and with all texts passages have theirs, as the paper's {left, en, ms}", async () => {
    const source = await readParents(path("pairs.jsonl"), { splits: ["train", "test"] });
    const generator = endpointGenerator(open(), await readPrompt("left-en-ms"), { seed: 9, allTexts: true });
    const report = await augment(source, generator, { output: path("translated.jsonl") });
    assert.deepEqual([report.rows, report.failed, api.seen.length], [60, 0, 90]);
    const [en, ms] = lines("translated.jsonl");
    assert.deepEqual([en.id, en.variant, ms.id, ms.variant], ["p0+en", "en", "p0+ms", "ms"]);
    assert.equal(en.query, `in English: ${pairs[0].query}`);
    assert.deepEqual(en.pos, [pairs[0].pos[0], `in English: ${pairs[0].pos[0]}`, `baku: ${pairs[0].pos[0]}`]);
    assert.deepEqual([ms.group, ms.split, ms.seed, ms.generator.model], ["topik0", "test", 9, "m"]);
    assert.match(String(ms.generator.promptSha256), /^[0-9a-f]{64}$/);
    assert.ok(api.most() <= 3, `${api.most()} requests at once`);
  });

  test("refusals, half answers and garbage are failures with a parent and a reason; the others have their rows", async () => {
    const bad = [
      message(null, "stop", { refusal: "I cannot." }),
      message('{"en": "half', "length"),
      message("Maaf, saya tidak dapat membantu."),
      message('{"en": "no Malay"}'),
      message('```json\n{"en": "fenced", "ms": "berpagar"}\n```'),
      message('{"en": 5, "ms": "x"}'),
      answer(400, { error: { message: "flagged" } }),
    ];
    const few = pairs.slice(0, 7);
    writeFileSync(path("few.jsonl"), few.map((pair) => `${JSON.stringify(pair)}\n`).join(""));
    const usual = api.usual;
    api.usual = (response, seen) => {
      const at = few.findIndex(({ query }) => seen.body.messages!.at(-1)!.content.endsWith(query));
      bad[at](response, seen);
    };
    const endpoint = open();
    const generator = endpointGenerator(endpoint, await readPrompt("left-en-ms"), { seed: 0 });
    const report = await augment(await readParents(path("few.jsonl"), { splits: ["train", "test"] }), generator, {
      output: path("few.out.jsonl"),
    });
    api.usual = usual;
    assert.deepEqual([report.rows, report.failed], [2, 6]);
    assert.deepEqual(
      lines("few.out.jsonl").map(({ query }) => query),
      ["fenced", "berpagar"],
    );
    const failed = lines<{ parent: string; kind: string; reason: string }>("few.out.jsonl.failed");
    const kinds = ["refusal", "incomplete", "garbage", "garbage", "garbage", "rejected"];
    assert.deepEqual(
      failed.map(({ parent, kind }) => [parent, kind]),
      ["p0", "p1", "p2", "p3", "p5", "p6"].map((id, i) => [id, kinds[i]]),
    );
    assert.match(failed[2].reason, /must answer with a JSON object, got "Maaf/);
    assert.match(failed[3].reason, /must hold a text `ms`/);
    assert.deepEqual(endpoint.report().failures, { refusal: 1, incomplete: 1, garbage: 9, rejected: 1 });
  });

  test("a lost key, a network that is gone and answers that are all bad end the work; what was done is kept", async () => {
    const source = await readParents(path("pairs.jsonl"), { splits: ["train", "test"] });
    const prompt = await readPrompt("left-en-ms");
    const usual = api.usual;
    const output = path("ended.jsonl");
    api.usual = (response, seen) =>
      (api.seen.length > 12 ? answer(401, "no") : message('{"en": "a", "ms": "b"}'))(response, seen);
    const cacheDir = path("ended-cache");
    await assert.rejects(augment(source, endpointGenerator(open(cacheDir), prompt, { seed: 0 }), { output }), /401/);
    assert.ok(readFileSync(`${output}.part`, "utf8").split("\n").length > 10, "what was answered is kept");
    api.usual = message("never JSON");
    const bad = endpointGenerator(open(), prompt, { seed: 0 });
    await assert.rejects(augment(source, bad, { output: path("bad.jsonl") }), /must answer with a JSON object/);
    api.seen = [];
    api.usual = message('{"en": "a", "ms": "b"}');
    const { rows, failed } = await augment(source, endpointGenerator(open(cacheDir), prompt, { seed: 0 }), { output });
    assert.deepEqual([rows, failed, api.seen.length], [60, 0, 18]);
    api.usual = usual;
  });

  test("a text with signs of its own goes into the prompt as it is", async () => {
    writeFileSync(path("signs.jsonl"), '{"query": "harga $& dan $1 {text}?", "positive": "x"}\n');
    const generator = endpointGenerator(open(), await readPrompt("manglish"), { seed: 0 });
    api.queue = [message('{"manglish": "ok"}')];
    await augment(await readParents(path("signs.jsonl")), generator, { output: path("signs.out.jsonl") });
    assert.match(api.seen[0].body.messages!.at(-1)!.content, /^Rewrite this text:\n\nharga \$& dan \$1 \{text\}\?$/);
  });
});

test("work begun on other fields or splits of the same data is not gone on with", async () => {
  const noise = noiseGenerator(tables, { strength: 0.5, seed: 3 });
  const output = path("other.jsonl");
  let made = 0;
  const dies: Generator = {
    ...noise,
    make: (parent) => (made++ > 0 ? Promise.reject(new Error("gone")) : noise.make(parent)),
  };
  await assert.rejects(augment(await readParents("malay-mini", { fields: ["query"] }), dies, { output }), /gone/);
  for (const [choice, what] of [
    [{ fields: ["paraphrase"] }, "fields"],
    [{ fields: ["query"], splits: ["dev"] }, "splits"],
  ] as const)
    await assert.rejects(
      augment(await readParents("malay-mini", choice), noise, { output }),
      new RegExp(`begun with another ${what};`.replace(";", "")),
    );
});

test("input and prompts that cannot be used are told with their place", async () => {
  const bad = async (text: string): Promise<void> => {
    writeFileSync(path("bad.jsonl"), text);
    for await (const _ of (await readParents(path("bad.jsonl"))).parents());
  };
  await assert.rejects(bad('{"query": "a"}\n'), /bad\.jsonl:1: a row must have a text `positive` or a list `pos`/);
  await assert.rejects(
    bad('{"query": "a", "pos": ["b"], "id": "x"}\n'.repeat(2)),
    /bad\.jsonl:2: id "x" stands already/,
  );
  await assert.rejects(bad('{"query": "a", "pos": ["b"], "split": "tets"}\n'), /`split` must be train, dev or test/);
  await assert.rejects(readParents(path("pairs.jsonl"), { fields: ["query"] }), /fields are those of a dataset/);
  await assert.rejects(readParents("malay-mini", { fields: ["quary"] }), /no query field `quary`\. It has query,/);
  const prompt = async (text: string): Promise<unknown> => {
    writeFileSync(path("prompt.txt"), text);
    return readPrompt(path("prompt.txt"));
  };
  await assert.rejects(prompt("keys: a\n---\nsystem\n"), /three parts with --- between them/);
  await assert.rejects(prompt("keys: a\n---\nsystem\n---\nno place\n"), /\{text\} in the last/);
  await assert.rejects(prompt("kunci\n---\ns\n---\n{text}\n"), /first line must be e\.g\. `keys: en, ms`, got "kunci"/);
  await assert.rejects(prompt("keys: a, a\n---\ns\n---\n{text}\n"), /first line must be/);
  await assert.rejects(readPrompt("absent"), /absent: no prompt is called so/);
});
