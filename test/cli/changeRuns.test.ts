import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { openStore } from "../../src/track/openStore.ts";
import { cli, scratch } from "./cli.ts";

const dir = join(scratch(), "store");
let [first, second]: string[] = [];
const runs = async (...args: string[]): Promise<{ runId: string }[]> =>
  JSON.parse((await cli(["runs", "list", "--store", dir, "--json", ...args])).out);
const ids = async (...args: string[]): Promise<string[]> => (await runs(...args)).map(({ runId }) => runId);

before(() => {
  const store = openStore({ dir });
  [first, second] = [0.25, 0.75].map((recall, i) => {
    const id = store.createRun({ experimentId: store.experiments.open("shelf").experimentId, name: `run${i}` });
    const metrics = [0, 1, 2].map((step) => ({
      key: "recallAt1",
      value: (recall * step) / 2,
      step,
      timestamp: 1 + step,
    }));
    store.log(id, { metrics, params: { lr: `0.${i + 1}` } });
    return id;
  });
  store.updateRun(first, { status: "FINISHED", endTime: Date.now() });
  store.updateRun(second, { status: "FAILED", endTime: Date.now() });
  store.close();
});

test("a filter and an order in MLflow's language narrow and sort the list; a wrong one is told", async () => {
  assert.deepEqual(await ids("--filter", "metrics.recallAt1 > 0.5"), [second]);
  assert.deepEqual(await ids("--filter", "params.lr = '0.1'", "--experiment", "shelf"), [first]);
  assert.deepEqual(await ids("--order", "metrics.recallAt1 ASC"), [first, second]);
  assert.deepEqual(await ids("--order", "metrics.recallAt1 DESC", "--limit", "1"), [second]);
  assert.deepEqual(await ids("--experiment", "none"), []);
  const wrong = await cli(["runs", "list", "--store", dir, "--filter", "metrics.recallAt1 >"]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /filter/);
  assert.doesNotMatch(wrong.err, /^ +at /m);
});

test("a hidden run leaves the list and comes back; one unknown id changes nothing", async () => {
  const unknown = await cli(["runs", "rm", first, "ffff", "--store", dir]);
  assert.equal(unknown.code, 1);
  assert.equal((await ids()).length, 2);
  const gone = await cli(["runs", "rm", first.slice(0, 8), "--store", dir, "--json"]);
  assert.deepEqual(JSON.parse(gone.out), [first], gone.err);
  assert.deepEqual([await ids(), await ids("--deleted")], [[second], [first]]);
  const back = await cli(["runs", "restore", first, "--store", dir]);
  assert.match(back.err, /run0 is back/);
  assert.equal((await ids()).length, 2);
});

test("tail shows the curves of a run that has ended, and its exit code is the run's", async () => {
  const well = await cli(["runs", "tail", first, "--store", dir]);
  assert.deepEqual([well.code, well.out], [0, "step      2  recallAt1  0.25  ▁▅█\n"], well.err);
  assert.match(well.err, /run0: finished/);
  const failed = await cli(["runs", "tail", second, "--store", dir, "--json"]);
  assert.equal(failed.code, 1);
  const points = failed.out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    points.map(({ step, value }) => [step, value]),
    [
      [0, 0],
      [1, 0.375],
      [2, 0.75],
    ],
  );
});

test("tail follows a run until it ends, and shows each point once", async () => {
  const store = openStore({ dir });
  const id = store.createRun({ name: "live" });
  const log = (step: number): void =>
    store.log(id, { metrics: [{ key: "loss", value: 1 / step, step, timestamp: step }] });
  log(1);
  const done = await cli(["runs", "tail", "--store", dir, "--json"], {
    meddle: (child) => {
      child.stdout!.once("data", () => {
        log(2);
        log(3);
        store.updateRun(id, { status: "FINISHED", endTime: Date.now() });
        store.close();
      });
    },
  });
  assert.equal(done.code, 0, done.err);
  const points = done.out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    points.map(({ step }) => step),
    [1, 2, 3],
  );
});
