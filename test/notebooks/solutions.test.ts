import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const names = readdirSync(`${root}/notebooks/solutions`).filter((name) => name.endsWith(".ts"));

describe("the exercises' solutions", () => {
  for (const name of names)
    test(`${name} runs, and what it claims holds`, () => {
      const file = `notebooks/solutions/${name}`;
      const text = readFileSync(`${root}/${file}`, "utf8");
      for (const exercise of [1, 2, 3])
        assert.match(text, new RegExp(`^// ${exercise}\\. `, "m"), "names each exercise");
      assert.match(text, /\bassert\./, "asserts what it claims");
      const args = ["--import", "tsx", "--conditions=source", file];
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
      assert.equal(status, 0, stderr);
    });
});
