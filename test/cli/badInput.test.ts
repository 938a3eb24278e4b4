import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { tinyDataset, tinyYaml } from "../lab/lab.ts";
import { cli, scratch } from "./cli.ts";

const folder = scratch();
const store = join(folder, "store");
const good = join(import.meta.dirname, "../fixtures/model/st6-bert");
const tiny = join(folder, "tiny.yaml");
let rows: string;

before(() => {
  const data = tinyDataset(folder);
  rows = readFileSync(data, "utf8");
  writeFileSync(tiny, tinyYaml(data));
});

/** One clear error: exit code 1, nothing on standard output, one `error:` line as the last, no stack. */
async function complaint(args: string[]): Promise<string> {
  const { code, out, err } = await cli(args);
  assert.deepEqual([code, out], [1, ""], err);
  assert.doesNotMatch(err, /bug in sulam|\n {4}at /);
  const last = err.slice(err.lastIndexOf("error: "));
  assert.match(last, /^error: /);
  return last;
}

/** A copy of the good model with one thing broken, given to `encode`. */
function encodeBroken(name: string, breakIt: (path: (file: string) => string) => void): Promise<string> {
  const model = join(folder, name);
  cpSync(good, model, { recursive: true });
  breakIt((file) => join(model, file));
  writeFileSync(join(folder, "text.txt"), "satu\n");
  return complaint(["encode", model, "--input", join(folder, "text.txt"), "--output", join(folder, "v.npy")]);
}

function edit(path: string, change: object): void {
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...change }));
}

test("a damaged model is told: truncated, no safetensors, no tokenizer, another type, weights that do not fit", async () => {
  const told = await Promise.all([
    encodeBroken("truncated", (path) => truncateSync(path("model.safetensors"), 5000)),
    encodeBroken("magic", (path) => writeFileSync(path("model.safetensors"), "this is no tensor file")),
    encodeBroken("type", (path) => edit(path("config.json"), { model_type: "t5" })),
    encodeBroken("parts", (path) => edit(path("tokenizer.json"), { model: { type: "Mystery" } })),
    encodeBroken("size", (path) => edit(path("config.json"), { intermediate_size: 8 })),
  ]);
  assert.match(told[0], /model\.safetensors.*its data ends at byte \d+, the file at 5000/);
  assert.match(told[1], /model\.safetensors/);
  assert.match(told[2], /t5/);
  assert.match(told[3], /Mystery/);
  assert.match(told[4], /intermediate\.dense\.weight/);
});

test("a dataset that is empty, repeats an id or has a bad row is told with its line, before a run is made", async () => {
  const lines = rows.trimEnd().split("\n");
  const bad: [string, string, RegExp][] = [
    ["empty.jsonl", "", /empty\.jsonl/],
    ["twice.jsonl", `${[...lines, lines[4]].join("\n")}\n`, /twice\.jsonl:41: .*r4/],
    ["row.jsonl", rows.replace('"id":"r7"', '"id":7'), /row\.jsonl:8: .*`id`.*7/],
    ["cut.jsonl", rows.slice(0, -30), /cut\.jsonl:40: the line is not JSON/],
  ];
  for (const [name, text, words] of bad) {
    writeFileSync(join(folder, name), text);
    assert.match(await complaint(["run", tiny, "--set", `data.name=${join(folder, name)}`, "--store", store]), words);
  }
  assert.equal((await cli(["runs", "list", "--json", "--store", store])).out, "[]\n");
});

test("a retrieval set with a judgement of a document that is not there is told", async () => {
  const set = join(folder, "set");
  mkdirSync(set);
  writeFileSync(join(set, "corpus.jsonl"), '{"id": "a", "text": "satu"}\n');
  writeFileSync(join(set, "queries.jsonl"), '{"id": "q", "text": "satu"}\n');
  writeFileSync(join(set, "qrels.jsonl"), '{"query_id": "q", "doc_id": "z", "relevance": 1}\n');
  assert.match(await complaint(["eval", "bm25", "--data", set]), /qrels\.jsonl:1: .*z/);
});

test("a loss that stops being finite ends the run as FAILED, with the step and the batch", async () => {
  const hot = [
    "--set",
    "train.lr=10",
    "--set",
    "train.loss.temperature=1e-30",
    "--set",
    "systems.mined.from=untrained",
  ];
  const told = await complaint(["run", tiny, ...hot, "--store", store]);
  assert.match(told, /(loss|gradient).* (NaN|Infinity|nan|inf).* at step \d+ of \d+, on the batch /);
  const [run] = JSON.parse((await cli(["runs", "list", "--json", "--store", store, "--limit", "1"])).out);
  assert.equal(run.status, "FAILED");
});

test("a second process cannot go on with a run that another one makes", async () => {
  let second: Promise<string> | undefined;
  const first = await cli(["run", tiny, "--set", "train.epochs=5000", "--store", store], {
    meddle: (child) => {
      let said = "";
      child.stderr?.on("data", (chunk) => {
        said += chunk;
        const id = /^Run (\w+)/m.exec(said)?.[1];
        if (second || !id || !said.includes("Training tuned")) return;
        second = complaint(["run", "--resume", id, "--store", store]).finally(() => child.kill("SIGINT"));
      });
    },
  });
  assert.equal(first.code, 130, first.err);
  assert.match(await second!, /it is being written by process \d+/);
});
