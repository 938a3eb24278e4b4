import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { cli, scratch } from "./cli.ts";

const folder = scratch();
const store = join(folder, "store");
const model = fileURLToPath(new URL("../fixtures/model/st6-bert", import.meta.url));
const pool = join(folder, "pool.jsonl");
const rows = Array.from({ length: 8 }, (_, i) => ({ query: `kata ${i}`, pos: [`kata ke-${i}`], neg: [`lain ${i}`] }));
writeFileSync(pool, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));

test("reproduce without a task lists the paper's tables", async () => {
  const { code, out, err } = await cli(["reproduce", "--json"]);
  assert.equal(code, 0, err);
  const { tables } = JSON.parse(out);
  assert.deepEqual(tables.columns, ["task", "dataset", "pool", "scored", "results"]);
  assert.equal(
    tables.rows.reduce((sum: number, row: number[]) => sum + row[4], 0),
    53,
  );
  assert.match((await cli(["reproduce"])).out, /similarity +b\.cari\.com\.my +18755 +3194 +9\n/);
});

test("reproduce similarity --json sets a model on a pool beside the published figures, with a run behind each number", async () => {
  const asked = ["similarity", "--model", model, "--pool", pool, "--store", store];
  const { code, out, err } = await cli(["reproduce", ...asked, "--json"]);
  assert.equal(code, 0, err);
  const { task, runId, rows: lines, measured, notes } = JSON.parse(out);
  assert.deepEqual(
    [task, lines[0].system, lines[0].reproduced.pool, lines[0].runId],
    ["similarity", "st6-bert", 24, undefined],
  );
  assert.equal(lines[0].reproduced.runId, runId);
  assert.equal(lines.length, 3 + 35);
  assert.equal(measured.rows.length, 6);
  assert.ok(notes.length > 3, `${notes.length} notes`);
  const shown = await cli(["runs", "show", runId, "--store", store, "--json"]);
  assert.equal(JSON.parse(shown.out).metrics["st6-bert/paper/hitAt1"], lines[0].reproduced.hitAt[1].mean, shown.out);
  const table = await cli(["reproduce", ...asked, "--format", "csv"]);
  assert.equal(table.out.trimEnd().split("\n").length, 1 + lines.length, table.err);
});

test("a pool of bare texts, an unknown published pool and a task without its name are told in one line", async () => {
  const bare = join(folder, "bare.jsonl");
  writeFileSync(bare, `${JSON.stringify({ id: "1", text: "satu" })}\n`);
  const slips: [string[], number, RegExp][] = [
    [["similarity", "--model", model, "--pool", bare], 1, /bare\.jsonl:1: the row is a bare text/],
    [["rag", "--model", model, "--pool", pool], 1, /must have a text `question`/],
    [["similarity", "--model", model, "--dataset", "x", "--pool", pool], 1, /no published pool x\. There are/],
    [["similarity", "--model", join(folder, "absent")], 1, /absent/],
    [["rag", "--model", model, "--model", `${model}/`], 1, /two models are called st6-bert/],
    [["--pool", pool], 2, /--pool needs TASK: similarity or rag/],
    [["sts"], 2, /Allowed choices are similarity, rag/],
  ];
  for (const [args, status, words] of slips) {
    const { code, out, err } = await cli(["reproduce", ...args, "--json"]);
    assert.deepEqual([code, out], [status, ""], err);
    assert.match(err, words);
  }
});
