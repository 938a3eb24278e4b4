import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { openStore } from "../../src/track/openStore.ts";
import { cli, scratch } from "./cli.ts";

const dir = join(scratch(), "store");
const key = "system/cpu_utilization_percentage";
let ids: string[] = [];

before(() => {
  const store = openStore({ dir });
  ids = [0, 1].map((i) => {
    const id = store.createRun();
    const point = { step: 0, timestamp: 1 };
    const metrics = [
      { key: "loss", value: 0.5 + i, ...point },
      { key, value: 30 + i, ...point },
    ];
    store.log(id, { metrics });
    store.updateRun(id, { status: "FINISHED" });
    return id;
  });
  store.close();
});

test("runs show, compare and tail tell people of the work and not of the machine", async () => {
  for (const words of [
    ["show", ids[0]],
    ["compare", ...ids],
    ["tail", ids[0]],
  ]) {
    const { out, code, err } = await cli(["runs", ...words, "--store", dir]);
    assert.equal(code, 0, err);
    assert.match(out, /loss/);
    assert.doesNotMatch(out, /system\//, words[0]);
  }
});

test("runs show --json, tail --json and the filter have the machine's metrics", async () => {
  const { out } = await cli(["runs", "show", ids[0], "--store", dir, "--json"]);
  assert.equal(JSON.parse(out).metrics[key], 30);
  assert.match((await cli(["runs", "tail", ids[0], "--store", dir, "--json"])).out, /cpu_utilization_percentage/);
  const filter = ["--filter", `metrics.\`${key}\` > 30.5`];
  const listed = JSON.parse((await cli(["runs", "list", "--store", dir, "--json", ...filter])).out);
  assert.deepEqual(
    listed.map(({ runId }: { runId: string }) => runId),
    [ids[1]],
  );
});
