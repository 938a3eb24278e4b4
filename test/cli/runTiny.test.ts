import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { tinyDataset, tinyYaml } from "../lab/lab.ts";
import { cli, scratch } from "./cli.ts";

const folder = scratch();
const store = join(folder, "store");
const file = join(folder, "tiny.yaml");

before(() => writeFileSync(file, tinyYaml(tinyDataset(folder))));

test("run --json prints one object on standard output, words on standard error, and the run is in the list", async () => {
  const { code, out, err } = await cli(["run", file, "--set", "train.epochs=1", "--json", "--store", store]);
  assert.equal(code, 0, err);
  const result = JSON.parse(out);
  assert.deepEqual(Object.keys(result), ["runId", "status", "tables"]);
  assert.equal(result.status, "FINISHED");
  const { columns, rows } = result.tables.recall;
  assert.ok(rows.length === 10 && rows.every((row: unknown[]) => row.length === columns.length));
  assert.match(err, /Training tuned on 48 pairs/);
  const last = err.trimEnd().split("\n").at(-1)!;
  assert.match(
    last,
    new RegExp(
      `finds most: R@1 .* The run is in .* Next: npx sulam runs show ${result.runId.slice(0, 8)} --store ${store}$`,
    ),
  );
  const next = /npx sulam (runs show .*)$/.exec(last)![1];
  assert.equal((await cli([...next.split(" "), "--json"])).code, 0, "what it says to type works");
  const [run] = JSON.parse((await cli(["runs", "list", "--json", "--store", store])).out);
  assert.equal(run.runId, result.runId);
  assert.equal(run.params["train.epochs"], "1");
  assert.equal(typeof run.metrics["hybrid/query/recallAt1"], "number");
});

test("a run that fails after it has begun is one object too, with its id, beside the error", async () => {
  const model = `model={name: ${join(folder, "nowhere")}}`;
  const { code, out, err } = await cli(["run", file, "--set", model, "--json", "--store", store]);
  assert.equal(code, 1, err);
  const { runId, status, tables } = JSON.parse(out);
  assert.deepEqual([status, tables], ["FAILED", {}]);
  assert.match(err, /nowhere: is no folder and no registered model/);
  const shown = await cli(["runs", "show", runId, "--store", store]);
  assert.match(shown.out, /^status +FAILED$/m);
});

test("run for people prints the table with its intervals on standard output", async () => {
  const only = ["--set", "systems={bm25: {kind: bm25}}"];
  const { code, out, err } = await cli(["run", file, ...only, "--store", store]);
  assert.equal(code, 0, err);
  assert.match(out, /^system +field +R@1 +R@5$/m);
  assert.match(out, /^bm25 +query +1\.000 \[1\.000, 1\.000\]/m);
});

test("Ctrl-C stops after the step with exit code 130, and --resume finishes the same run", async () => {
  const long = ["--set", "train.epochs=2000", "--store", store, "--json"];
  const stopped = await cli(["run", file, ...long], {
    meddle: (child) => {
      let seen = false;
      child.stderr?.on("data", (chunk) => {
        if (seen || !String(chunk).includes("Training tuned")) return;
        seen = true;
        setTimeout(() => child.kill("SIGINT"), 300);
      });
    },
  });
  assert.equal(stopped.code, 130, stopped.err);
  const { runId, status, tables } = JSON.parse(stopped.out);
  assert.deepEqual([status, tables], ["KILLED", {}]);
  const [, step] = /Stopped while training tuned, after step (\d+)\. Go on: npx sulam run --resume /.exec(stopped.err)!;
  const again = await cli(["run", "--resume", runId, "--store", store, "--json"], {
    meddle: (child) => {
      child.stderr?.on("data", (chunk) => {
        if (String(chunk).includes("Training tuned")) setTimeout(() => child.kill("SIGINT"), 300);
      });
    },
  });
  assert.equal(again.code, 130, again.err);
  const [, later] = /after step (\d+)\. Go on/.exec(again.err)!;
  assert.ok(Number(later) >= Number(step), `${later} comes after ${step}`);
  assert.equal(JSON.parse(again.out).runId, runId);
});

test("FILE and --resume together, or neither, are a usage error", async () => {
  for (const args of [["run"], ["run", file, "--resume", "abc"]]) {
    const { code, err } = await cli(args);
    assert.equal(code, 2);
    assert.match(err, /give FILE or --resume RUN/);
  }
});
