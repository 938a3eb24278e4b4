import assert from "node:assert/strict";
import { mkdirSync, readlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { supplyParts } from "../../../src/lab/verify/supplyParts.ts";
import { scratch } from "../lab.ts";

/** Two checkouts of a clone, the first set up. `differs` is a file that has other content in the second. */
function checkouts(differs?: string): [root: string, worktree: string] {
  const folder = scratch();
  const pair = ["root", "worktree"].map((name) => {
    const place = join(folder, name);
    for (const path of ["package-lock.json", "requirements.txt", "src/engine/native/a.cc", "bin/sulam.mjs"]) {
      mkdirSync(dirname(join(place, path)), { recursive: true });
      writeFileSync(join(place, path), path === differs ? name : "same");
    }
    return place;
  });
  mkdirSync(join(pair[0], "build"));
  writeFileSync(join(pair[0], "build/engine.json"), JSON.stringify({ python: "/a/python" }));
  return pair as [string, string];
}

/** Supplies the second checkout. @returns the variables, and the programs that were started */
async function supplied([root, worktree]: [string, string]) {
  const started: string[] = [];
  const start = async (command: string, args: readonly string[], env: Record<string, string> = {}): Promise<void> => {
    started.push([...Object.entries(env).map((pair) => pair.join("=")), command, ...args].join(" "));
  };
  const env = await supplyParts({ root, worktree, start, env: {}, say: () => {} });
  return { env, started };
}

test("where nothing differs, packages and engine are the checkout's own and nothing is built", async () => {
  const pair = checkouts();
  const { env, started } = await supplied(pair);
  assert.deepEqual([env, started], [{ SULAM_ENGINE_JSON: join(pair[0], "build/engine.json") }, []]);
  assert.equal(readlinkSync(join(pair[1], "node_modules")), join(pair[0], "node_modules"));
});

test("other sources of the engine build another one, against the same torch; other wheels bring their own", async () => {
  const native = checkouts("src/engine/native/a.cc");
  const setup = `${process.execPath} ${join(native[1], "bin/sulam.mjs")} setup`;
  assert.deepEqual(await supplied(native), { env: {}, started: [`SULAM_PYTHON=/a/python ${setup}`] });
  const wheels = checkouts("requirements.txt");
  assert.deepEqual((await supplied(wheels)).started, [`${process.execPath} ${join(wheels[1], "bin/sulam.mjs")} setup`]);
});

test("another lock file brings its own packages; the engine is still the checkout's own", async () => {
  const pair = checkouts("package-lock.json");
  const setup = `${process.execPath} ${join(pair[1], "bin/sulam.mjs")} setup --only track`;
  const env = { SULAM_ENGINE_JSON: join(pair[0], "build/engine.json") };
  assert.deepEqual(await supplied(pair), { env, started: [setup] });
});
