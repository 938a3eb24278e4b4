import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cli, scratch } from "./cli.ts";

const folder = scratch();
const minimal = "name: x\nsystems: { bm25: { kind: bm25 } }\n";

/** `run` of a text, expected to be refused before any work. */
async function refused(name: string, text: string, ...more: string[]): Promise<string> {
  const file = join(folder, name);
  writeFileSync(file, text);
  const { code, out, err } = await cli(["run", file, "--json", ...more], { cwd: folder });
  assert.equal(code, 1, err);
  assert.equal(out, "");
  assert.doesNotMatch(err, /bug in sulam/);
  return err.replaceAll(folder, "");
}

test("a file that is not there exits 1 and names the one that was meant", async () => {
  mkdirSync(join(folder, "experiments"));
  writeFileSync(join(folder, "experiments", "quickstart.yaml"), minimal);
  for (const name of ["quickstart", "quikstart.yaml", "experiments/quickstrat.yaml"]) {
    const { code, out, err } = await cli(["run", name], { cwd: folder });
    assert.deepEqual([code, out], [1, ""]);
    assert.equal(err, `error: ${name}: no such file. Did you mean experiments/quickstart.yaml?\n`);
  }
  assert.match((await cli(["run", "zzz.yaml"], { cwd: folder })).err, /no such file\. `npx sulam init` writes one/);
});

test("a folder, an empty file, broken YAML and a wrong key exit 1 with the place", async () => {
  assert.match((await cli(["run", "experiments"], { cwd: folder })).err, /^error: experiments: is a folder\./);
  assert.match(await refused("empty.yaml", ""), /empty\.yaml: is empty/);
  assert.match(await refused("broken.yaml", "name: x\nsystems: [\n"), /broken\.yaml: is not YAML at 3:1/);
  assert.match(await refused("key.yaml", `${minimal}trian: {}\n`), /key\.yaml:3:1: `trian` .* nearest is `train`/);
});

test("a wrong --set exits 1 and is blamed by itself", async () => {
  const err = await refused("set.yaml", minimal, "--set", "train.batchsize=4");
  assert.match(
    err,
    /^error: --set train\.batchsize=4: `train\.batchsize` is not a key; the nearest is `train\.batchSize`/,
  );
  assert.match(await refused("set.yaml", minimal, "--set", "train.lr"), /must be KEY=VALUE/);
  const brought = await refused("set.yaml", minimal, "--set", "trian.batchSize=4");
  assert.match(brought, /^error: --set trian\.batchSize=4: `trian` is not a key; the nearest is `train`/);
  const own = await refused("own.yaml", `trian: {}\n${minimal}`, "--set", "trian.batchSize=4");
  assert.match(own, /^error: .*own\.yaml:1:1: `trian` is not a key/, "the file is to blame for what it says itself");
});
