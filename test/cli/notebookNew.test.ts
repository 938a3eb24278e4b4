import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { readNotebook } from "../../src/kernel/notebook/notebookFile.ts";
import { cli, scratch } from "./cli.ts";

const folder = scratch();
const root = fileURLToPath(new URL("../..", import.meta.url));

describe("sulam notebook new", () => {
  test("writes a notebook in the course's form, which runs as it is", async () => {
    const file = join(folder, "my-first_try.ipynb");
    const { code, out, err } = await cli(["notebook", "new", file, "--json"]);
    assert.equal(code, 0, err);
    assert.deepEqual(JSON.parse(out), { file, title: "My first try" });
    const sources = readNotebook(file).cells.map(({ source }) => source);
    assert.match(sources[0]!, /^# My first try\n/);
    for (const part of ["## Five rows", "## One step by hand", "## The library's call", "## A figure", "**Finding.**"])
      assert.ok(
        sources.some((source) => source.includes(part)),
        part,
      );
    // from the checkout, where `sulam` is found by its own name
    const ran = await cli(["notebook", "run", file, join(folder, "ran.ipynb"), "--cwd", root]);
    assert.equal(ran.code, 0, ran.err);
    assert.match(readFileSync(join(folder, "ran.ipynb"), "utf8"), /application\/vnd\.plotly\.v1\+json/);
  });

  test("keeps a file that is there, unless forced", async () => {
    const file = join(folder, "mine.ipynb");
    writeFileSync(file, "mine");
    const refused = await cli(["notebook", "new", file]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /mine\.ipynb: exists already\..*--force/);
    assert.equal(readFileSync(file, "utf8"), "mine");
    assert.equal((await cli(["notebook", "new", file, "--force", "--title", "T"])).code, 0);
    assert.match(readNotebook(file).cells[0]!.source, /^# T\n/);
  });

  test("says what is wrong with the name, or that there is no such folder", async () => {
    mkdirSync(join(folder, "dir.ipynb"));
    for (const [file, why] of [
      ["notes.md", /ends in \.ipynb\. Write it to notes\.ipynb/],
      [join(folder, "absent", "x.ipynb"), /there is no folder/],
      [join(folder, "dir.ipynb"), /is a folder|exists already/],
    ] as const) {
      const { code, err } = await cli(["notebook", "new", file]);
      assert.equal(code, 1);
      assert.match(err, why);
    }
  });
});
