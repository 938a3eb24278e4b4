import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { sha256 } from "../../../src/base/hash.ts";
import { loadDataset } from "../../../src/data/loadDataset.ts";
import { checkRecording } from "../../../src/lab/verify/checkRecording.ts";
import { findRecording } from "../../../src/lab/verify/findRecording.ts";
import { recordedEnvironment } from "../../../src/lab/verify/recordedEnvironment.ts";
import { cli } from "../../cli/cli.ts";
import { scratch } from "../lab.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = join(root, "experiments/runs");
const names = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
/** What the run noise-training trains on beside malay-mini. */
const noised = join(root, "experiments/noised-queries.jsonl.gz");
const script = join(root, "scripts/tables.mjs");

test("there is a committed run of each check that the paper left for later, named by its id", async () => {
  const runs = await Promise.all(names.map((name) => findRecording({ run: join(folder, name), cwd: root, env: {} })));
  assert.deepEqual(
    runs.map(({ head }) => `${head.runId}.jsonl`),
    names,
  );
  const wanted = ["ablation-synthetic", "noise", "noise-training", "out-of-domain", "rag", "rag-long", "zero-shot"];
  assert.deepEqual(runs.map(({ head }) => head.name).sort(), wanted);
});

test("committed runs agree with themselves, were made of a clean commit, and used malay-mini as it is", async () => {
  const { card } = await loadDataset("malay-mini");
  for (const name of names) {
    const run = await findRecording({ run: join(folder, name), cwd: root, env: {} });
    assert.deepEqual(checkRecording(run), [], name);
    assert.deepEqual([run.head.status, run.tags["mlflow.source.git.dirty"]], ["FINISHED", "false"], name);
    const further = run.head.name === "noise-training" ? [sha256(readFileSync(noised))] : [];
    assert.deepEqual(
      run.datasets.map(({ digest }) => digest),
      [card.sha256, ...further].map((digest) => digest.slice(0, 32)),
    );
  }
});

test("the noised queries that a run trains on are what its experiment's command writes", async () => {
  const written = readFileSync(join(root, "experiments/noise-training.yaml"), "utf8");
  const [, command] = /npx sulam (augment .* --output) noised\.jsonl/.exec(written)!;
  const output = join(scratch(), "noised.jsonl");
  const { code, err } = await cli([...command.split(" "), output]);
  assert.equal(code, 0, err);
  assert.deepEqual(gunzipSync(readFileSync(noised)), readFileSync(output));
});

test("committed runs say nothing of a machine but what decides their bits, name no place on it, and stay small", async () => {
  const known = "argv cwd node platform arch cpu cores memoryBytes env lockFile dependencies seed data".split(" ");
  for (const name of names) {
    const text = readFileSync(join(folder, name), "utf8");
    assert.ok(text.length < 1e6, `${name} has ${text.length} characters`);
    assert.doesNotMatch(text, /["=\s](\/(home|root|tmp|work|Users|var|mnt)\/|[A-Z]:\\)/);
    const run = await findRecording({ run: join(folder, name), cwd: root, env: {} });
    const unknown = Object.keys(recordedEnvironment(run)).filter((key) => !known.includes(key));
    assert.deepEqual(unknown, [], name);
    const tags = Object.keys(run.tags).filter((key) => !/^(mlflow\.(runName|source\.)|sulam\.|noise tables)/.test(key));
    assert.deepEqual(tags, [], name);
  }
});

test("each domain of malay-mini was left out once, and stands in the table", async () => {
  const { rows, card } = await loadDataset("malay-mini");
  const domains = [...new Set(rows.map((row) => row[card.domain!]))].sort();
  const tables = readFileSync(join(root, "experiments/TABLES.md"), "utf8");
  assert.equal(domains.length, 6);
  for (const domain of domains)
    assert.equal(tables.split(`\n| ${domain} | without-${domain} | query`).length, 3, `two lines of ${domain}`);
});

test("TABLES.md is what the committed runs say", () => {
  const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
});

test("a table gives the figures of its run, and nothing is written from a record that was altered", () => {
  const own = scratch();
  mkdirSync(join(own, "runs"));
  const texts = names.map((name) => readFileSync(join(folder, name), "utf8"));
  const source = texts.find((text) => text.includes('"name":"zero-shot"'))!;
  writeFileSync(join(own, "runs/one.jsonl"), source);
  execFileSync(process.execPath, [script, own]);
  const written = readFileSync(join(own, "TABLES.md"), "utf8");
  const line = source.split("\n").find((text) => text.includes('"key":"bm25/english/recallAt10"'))!;
  const shown = JSON.parse(line).value.toFixed(3).slice(1);
  assert.match(written, new RegExp(`\\| bm25 \\| english \\| 180 \\| .* \\| \\${shown} \\[`));
  writeFileSync(join(own, "runs/one.jsonl"), source.replace("recallAt10Low", "recallAt10low"));
  const { status, stderr } = spawnSync(process.execPath, [script, own], { encoding: "utf8" });
  assert.deepEqual([status, /does not fit its sha256/.test(stderr)], [1, true], stderr);
  assert.equal(readFileSync(join(own, "TABLES.md"), "utf8"), written, "the old tables stay");
});
