import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseExperiment } from "../../src/config/parseExperiment.ts";
import { cli, scratch } from "./cli.ts";

const folder = scratch();

test("init writes an experiment that is right, named after its file", async () => {
  const file = join(folder, "my-first.yaml");
  const { code, out, err } = await cli(["init", file, "--json"]);
  assert.equal(code, 0, err);
  assert.deepEqual(JSON.parse(out), { file, name: "my-first" });
  assert.match(err, /npx sulam run/);
  assert.equal(parseExperiment(readFileSync(file, "utf8")).name, "my-first");
});

test("init to - prints the experiment and nothing else", async () => {
  const { code, out, err } = await cli(["init", "-"]);
  assert.deepEqual([code, err], [0, ""]);
  assert.equal(parseExperiment(out).name, "first");
});

test("init keeps a file that is there, unless forced", async () => {
  const file = join(folder, "mine.yaml");
  writeFileSync(file, "name: mine # edited\n");
  const refused = await cli(["init", file]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /mine\.yaml: exists already\..*--force/);
  assert.equal(readFileSync(file, "utf8"), "name: mine # edited\n");
  assert.equal((await cli(["init", file, "--force"])).code, 0);
  assert.match(readFileSync(file, "utf8"), /^# An experiment/);
});

test("init into a folder, or where there is no folder, says so in one line", async () => {
  mkdirSync(join(folder, "taken"));
  for (const file of [join(folder, "taken"), join(folder, "absent", "x.yaml")]) {
    const { code, out, err } = await cli(["init", file, "--force"]);
    assert.deepEqual([code, out], [1, ""]);
    assert.match(err, /^error: .*(is a folder|no such file or folder).*\n$/);
  }
});
