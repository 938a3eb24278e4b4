import assert from "node:assert/strict";
import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { writeNpy } from "../../src/data/npy.ts";
import { cli, scratch } from "./cli.ts";

const model = join(import.meta.dirname, "../fixtures/model/st6-bert");
const folder = scratch();
const path = (name: string): string => join(folder, name);
const random = new Random(1);
const rows = Array.from({ length: 300 }, (_, i) => ({
  query: `soalan ${random.int(200)}`,
  pos: [`jawapan ${i % 250}`, `Jawapan ${random.int(300)}`],
  group: `topik ${i % 20}`,
}));
writeFileSync(path("pairs.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
writeFileSync(path("passages.txt"), Array.from({ length: 2000 }, () => `teks ${random.int(1500)}\n`).join(""));
const texts = ["--pairs", path("pairs.jsonl"), "--passages", path("passages.txt")];

async function mine(...args: string[]): Promise<string> {
  const { code, err } = await cli(["mine", ...args]);
  assert.equal(code, 0, err);
  return err;
}

/** The bytes that a call writes, without and with `--memory`. */
async function both(...args: string[]): Promise<[Buffer, Buffer]> {
  const [held, disk] = [path("held.jsonl"), path("disk.jsonl")];
  await mine(...args, ...texts, "--output", held);
  await mine(...args, ...texts, "--output", disk, "--memory", "80");
  assert.equal(existsSync(`${disk}.parts`), false, "no parts are left");
  return [readFileSync(held), readFileSync(disk)];
}

test("mine --memory lists the same texts, and writes the same rows and report, as mine in memory", async () => {
  const [held, listed] = await both("--list", "texts");
  assert.ok(listed.equals(held), "other texts");
  const n = listed.toString().trimEnd().split("\n").length;
  const data = Float32Array.from({ length: n * 5 }, () => random.int(7) - 3);
  await writeNpy(path("all.npy"), { data, n, d: 5 });
  const forms = [
    ["--margin", "0.05", "--drop-group", "--format", "triplet", "--scores"],
    ["--sampling", "random", "--seed", "4", "--window", "3,40"],
    ["--format", "n-tuple"],
  ];
  for (const form of forms) {
    const [memory, disk] = await both(path("all.npy"), ...form);
    assert.ok(memory.length > 1000 && disk.equals(memory), form.join(" "));
  }
  const reports = [path("held.html"), path("disk.html")];
  await mine(path("all.npy"), ...texts, "--output", path("a.jsonl"), "--report", reports[0]);
  const ondisk = ["--output", path("b.jsonl"), "--memory", "80", "--json"];
  const { out } = await cli(["mine", path("all.npy"), ...texts, ...ondisk, "--report", reports[1]]);
  assert.equal(readFileSync(reports[1], "utf8"), readFileSync(reports[0], "utf8"));
  const negatives = readFileSync(path("b.jsonl"), "utf8").match(/"negScores":\[[^\]]+\]/g)!;
  const { length } = negatives.flatMap((list) => list.split(","));
  assert.deepEqual(JSON.parse(out), { pairs: 300, negatives: length, output: path("b.jsonl") });
});

test("mine --by threshold --memory lists the same texts and writes the same rows", async () => {
  const texts = ["--pairs", path("repeated.txt"), "--passages", path("passages.txt"), "--by", "threshold"];
  writeFileSync(path("repeated.txt"), "satu\nsatu\nSATU\ndua\n");
  const [held, disk] = [path("held.jsonl"), path("disk.jsonl")];
  for (const [name, more] of [
    [held, []],
    [disk, ["--memory", "200"]],
  ] as const)
    await mine(...texts, "--list", "texts", "--output", name, ...more);
  const listed = readFileSync(held, "utf8");
  assert.equal(readFileSync(disk, "utf8"), listed);
  const n = listed.trimEnd().split("\n").length;
  assert.equal(JSON.parse(listed.split("\n")[1]).text, "dua");
  const data = Float32Array.from({ length: n * 5 }, () => random.int(7) - 3.5);
  await writeNpy(path("texts.npy"), { data, n, d: 5 });
  const limits = ["--positive-distance", "0.4", "--negative-distance", "1.2"];
  await mine(path("texts.npy"), ...texts, ...limits, "--output", held);
  const err = await mine(path("texts.npy"), ...texts, ...limits, "--output", disk, "--memory", "200");
  assert.match(err, /texts have both: \d+ positives and \d+ negatives kept/);
  const rows = readFileSync(held);
  assert.ok(rows.length > 1000 && readFileSync(disk).equals(rows), "other rows");
});

test("mine --memory encodes with a model and its prompts, and rescores", async () => {
  const few = ["--pairs", path("few.jsonl"), "--per-query", "3", "--window", "0,20"];
  writeFileSync(
    path("few.jsonl"),
    rows
      .slice(0, 40)
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(""),
  );
  const how = [...few, "--query-prompt", "tanya: ", "--rescore", model];
  await mine(model, ...how, "--output", path("m.jsonl"));
  const err = await mine(model, ...how, "--output", path("d.jsonl"), "--memory", "100");
  assert.match(err, /40 pairs now have 120 hard negatives/);
  const read = (name: string): { neg: string[]; negScores: number[] }[] =>
    readFileSync(path(name), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  const disk = read("d.jsonl");
  for (const [i, { neg, negScores }] of read("m.jsonl").entries()) {
    assert.deepEqual(disk[i].neg, neg, `row ${i}`);
    // other batches give other last bits
    for (const [j, score] of negScores.entries()) assert.ok(Math.abs(disk[i].negScores[j] - score) < 1e-5);
  }
});

test("mine --memory tells what does not go with it, and parts of other files", async () => {
  const refused = async (args: string[], message: RegExp): Promise<void> => {
    const { code, err } = await cli(["mine", ...args]);
    assert.notEqual(code, 0);
    assert.match(err, message);
  };
  const ask = [model, "--pairs", path("pairs.jsonl"), "--memory", "80"];
  await refused([...ask, "--output", "-"], /--memory keeps its parts beside the output: name a file/);
  const piped = [...ask, "--passages", "-", "--output", path("c.jsonl")];
  await refused(piped, /--passages -: goes without --memory: a try that was killed could not go on/);
  await refused([...ask, "--output", path("c.jsonl"), "--list", "candidates"], /--memory goes without --list candid/);
  const little = [...ask.slice(0, 3), "--memory", "20", "--output", path("little.jsonl")];
  await refused(little, /budget: must be at least \d+ MB for vectors of \d+ and k \d+, got 20 MB/);
  // the vectors are kept, so that only a changed file asks for others
  assert.ok(existsSync(path("little.jsonl.parts")));
  utimesSync(path("pairs.jsonl"), 1, 1);
  await refused(little, /little\.jsonl\.parts: holds parts of a call with other files or options\. Remove it/);
});
