import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openStore } from "../../src/track/openStore.ts";
import { withRun } from "../../src/track/withRun.ts";
import { cli, scratch } from "./cli.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/track/", import.meta.url));
const folder = scratch();
const dir = join(folder, "store");
let [first, second]: string[] = [];

before(() => {
  const store = openStore({ dir });
  const shelf = store.experiments.create("shelf");
  const make = (name: string, lr: string, recall: number): string => {
    const id = store.createRun({ experimentId: shelf, name });
    store.log(id, {
      params: { lr, batch: "32" },
      metrics: [{ key: "recallAt1", value: recall, step: 0, timestamp: 1 }],
    });
    return id;
  };
  first = make("one", "0.1", 0.25);
  second = make("two", "0.2", Number.NaN);
  store.putArtifact(first, "tables/recall.json", Buffer.from('{"columns":["system","R@1"],"data":[["bm25",0.5]]}'));
  store.close();
});

test("runs list --json is an array of the six fields, newest first", async () => {
  const { code, out, err } = await cli(["runs", "list", "--store", dir, "--json"]);
  assert.equal(code, 0, err);
  const runs = JSON.parse(out);
  assert.deepEqual(
    runs.map((run: object) => Object.keys(run)),
    [
      ["runId", "name", "experiment", "status", "params", "metrics"],
      ["runId", "name", "experiment", "status", "params", "metrics"],
    ],
  );
  const one = runs.find((run: { name: string }) => run.name === "one");
  const expected = {
    name: "one",
    experiment: "shelf",
    params: { batch: "32", lr: "0.1" },
    metrics: { recallAt1: 0.25 },
  };
  assert.deepEqual(one, { ...expected, runId: first, status: one.status });
  // JSON has no NaN: the text that MLflow uses stands for it
  assert.equal(runs.find((run: { name: string }) => run.name === "two").metrics.recallAt1, "NaN");
});

test("runs show says why a run failed, shows measures with their intervals and cuts a long table", async () => {
  const place = join(folder, "shown");
  const columns = ["system", "recallAt1", "recallAt1Low", "recallAt1High", "mrrAt10"];
  const failing = withRun({ dir: place, experiment: "shelf", name: "stopped" }, (run) => {
    run.table("recall", { columns, rows: [["bm25", 0.4671, 0.383, 0.561, 0.6]] });
    run.table("perQuery", { columns: ["query"], rows: Array.from({ length: 1300 }, (_, i) => [`q${i}`]) });
    throw new Error("the loss is NaN at step 7");
  });
  await assert.rejects(failing, /NaN at step 7/);
  const [{ runId }] = JSON.parse((await cli(["runs", "list", "--store", place, "--json"])).out);
  const { out } = await cli(["runs", "show", runId, "--store", place]);
  assert.match(out, /^status +FAILED$/m);
  assert.match(out, /^failure .*the loss is NaN at step 7/m);
  assert.match(out, /^bm25 +\.467 \[\.383, \.561\]$/m);
  assert.match(out, /^q39$\n^and 1,260 rows more: --json has them$/m);
});

test("SULAM_STORE names the store, --limit and --experiment narrow the list", async () => {
  const env = { SULAM_STORE: dir };
  assert.equal(JSON.parse((await cli(["runs", "list", "--json", "--limit", "1"], { env })).out).length, 1);
  assert.deepEqual(JSON.parse((await cli(["runs", "list", "--json", "--experiment", "none"], { env })).out), []);
});

test("runs list says when no run fits, and how many there are", async () => {
  const { code, out, err } = await cli(["runs", "list", "--filter", "metrics.tiada > 1", "--store", dir]);
  assert.deepEqual([code, out], [0, ""], err);
  assert.match(
    err,
    /No run in .* fits\. Runs there: 2 \(npx sulam runs list --store .*\), hidden ones: 0 \(--deleted\)/,
  );
});

test("runs list for people is an aligned table on standard output", async () => {
  const { out } = await cli(["runs", "list", "--store", dir]);
  const lines = out.trimEnd().split("\n");
  assert.match(lines[0], /^run +name +experiment +status +started/);
  assert.equal(lines.length, 4);
  assert.ok(lines.some((line) => line.startsWith(first.slice(0, 8)) && line.includes("shelf")));
});

test("runs show takes the beginning of an id and tells settings, tables and files", async () => {
  const { code, out, err } = await cli(["runs", "show", first.slice(0, 10), "--store", dir, "--json"]);
  assert.equal(code, 0, err);
  const run = JSON.parse(out);
  assert.equal(run.runId, first);
  assert.deepEqual(run.tables, { recall: { columns: ["system", "R@1"], rows: [["bm25", 0.5]] } });
  assert.deepEqual(
    run.artifacts.map((a: { path: string }) => a.path),
    ["tables/recall.json"],
  );
  const text = (await cli(["runs", "show", first, "--store", dir])).out;
  assert.match(text, /lr +0\.1/);
  assert.match(text, /bm25 +0\.500/);
});

test("runs compare shows what differs; --json shows all", async () => {
  const text = (await cli(["runs", "compare", first, second, "--store", dir])).out;
  assert.match(text, /params\.lr +0\.1 +0\.2/);
  assert.doesNotMatch(text, /params\.batch/);
  const table = JSON.parse((await cli(["runs", "compare", first, second, "--store", dir, "--json"])).out);
  assert.equal(table.columns.length, 3);
  assert.ok(table.rows.some((row: unknown[]) => row[0] === "params.batch" && row[1] === "32"));
});

test("runs export and import bring a run whole into another store, once", async () => {
  const other = join(folder, "other");
  const { code, out, err } = await cli(["runs", "export", first, second, "--store", dir]);
  assert.equal(code, 0, err);
  const take = ["runs", "import", "-", "--store", other, "--json"];
  assert.deepEqual(JSON.parse((await cli(take, { input: out })).out), [first, second]);
  const show = async (store: string) =>
    JSON.parse((await cli(["runs", "show", first, "--store", store, "--json"])).out);
  assert.deepEqual((await show(other)).metrics, { recallAt1: 0.25 });
  assert.deepEqual((await show(other)).params, (await show(dir)).params);
  const again = await cli(take, { input: out });
  assert.deepEqual([again.code, again.out], [1, ""]);
  assert.match(again.err, /^error: .*\n$/);
});

test("runs go as CSV tables to a folder and into another store; a table alone goes to standard output", async () => {
  const [tables, other] = [join(folder, "tables"), join(folder, "from-csv")];
  const wrote = await cli([
    "runs",
    "export",
    first,
    second,
    "--store",
    dir,
    "--format",
    "csv",
    "--output",
    `${tables}/`,
  ]);
  assert.equal(wrote.code, 0, wrote.err);
  const alone = await cli(["runs", "export", first, second, "--store", dir, "--format", "csv"]);
  assert.equal(alone.out, readFileSync(join(tables, "runs.csv"), "utf8"));
  assert.match(alone.out, /^run_id,name,experiment,status,start_time,end_time,params\./);
  const take = ["runs", "import", tables, "--store", other, "--json"];
  assert.deepEqual(JSON.parse((await cli(take)).out), [first, second]);
  const again = await cli(take);
  assert.deepEqual([again.code, again.out], [0, "[]\n"]);
  assert.match(again.err, /^0 runs and 0 points are now in .* 2 were there before and stay as they are\.\n$/);
  const show = async (store: string) =>
    JSON.parse((await cli(["runs", "show", first, "--store", store, "--json"])).out);
  assert.deepEqual((await show(other)).metrics, (await show(dir)).metrics);
  assert.deepEqual((await show(other)).params, (await show(dir)).params);
});

test("a folder with TensorBoard's logs and Lightning's metrics.csv is one of logs", async () => {
  const logs = join(folder, "lightning_logs");
  mkdirSync(logs);
  writeFileSync(join(logs, "metrics.csv"), "epoch,step,train_loss\n0,1,0.5\n");
  copyFileSync(join(FIXTURES, "simple.tfevents.bin"), join(logs, "events.out.tfevents.1.host.1.0"));
  const { code, out, err } = await cli(["runs", "import", logs, "--store", join(folder, "from-logs"), "--json"]);
  assert.equal(code, 0, err);
  assert.equal(JSON.parse(out).length, 1);
});

test("a run whose time is no date, as nanoseconds are, is listed and shown all the same", async () => {
  const [table, store] = [join(folder, "nanoseconds.csv"), join(folder, "far")];
  writeFileSync(table, "name,start_time\nfar,1700000000000000000\n");
  assert.equal((await cli(["runs", "import", table, "--store", store])).code, 0);
  const list = await cli(["runs", "list", "--store", store]);
  assert.deepEqual([list.code, list.err], [0, ""]);
  assert.match(list.out, /far/);
  const [{ runId }] = JSON.parse((await cli(["runs", "list", "--store", store, "--json"])).out);
  assert.match((await cli(["runs", "show", runId, "--store", store])).out, /1700000000000000000/);
});

test("what a table's import passes over is told", async () => {
  const table = join(folder, "hand.csv");
  writeFileSync(table, "params.lr,loss,weather\n0.1,2,sunny\n");
  const { err } = await cli(["runs", "import", table, "--store", join(folder, "from-hand")]);
  assert.match(err, /^1 runs and 0 points are now in .*\nColumns passed over: loss, weather\.\n$/);
});

test("a table that is not there or no table is told, and no store is made for it", async () => {
  const [absent, bad] = [join(folder, "no-store"), join(folder, "bad.csv")];
  writeFileSync(bad, 'run_id,params.a\n"never closed,1\n');
  for (const [file, words] of [
    [join(folder, "nowhere.csv"), /nowhere\.csv: there is no such file/],
    [bad, /bad\.csv:\d+: .*[Qq]uote/],
  ] as const) {
    const { code, out, err } = await cli(["runs", "import", file, "--store", absent]);
    assert.deepEqual([code, out], [1, ""]);
    assert.match(err, words);
    assert.ok(!existsSync(absent));
  }
});

test("a store that is not there lists nothing, is not made, and has no run to show", async () => {
  const absent = join(folder, "absent");
  const list = await cli(["runs", "list", "--store", absent, "--json"]);
  assert.deepEqual([list.code, list.out], [0, "[]\n"]);
  const words = await cli(["runs", "list", "--store", absent]);
  assert.deepEqual([words.code, words.out], [0, ""]);
  assert.match(words.err, /No runs in .*absent\. Start one: npx sulam run/);
  const show = await cli(["runs", "show", "abc", "--store", absent]);
  assert.deepEqual([show.code, show.out], [1, ""]);
  assert.match(show.err, /there are no runs in/);
  assert.ok(!existsSync(absent));
});

test("an unknown id exits 1 with one sentence", async () => {
  const { code, out, err } = await cli(["runs", "show", "ffffffffffff", "--store", dir]);
  assert.deepEqual([code, out], [1, ""]);
  assert.match(err, /^error: .*ffffffffffff/);
  assert.doesNotMatch(err, /bug/);
});

test("a file in the store's place that is no store is left alone and named", async () => {
  const bad = join(folder, "bad");
  mkdirSync(bad);
  writeFileSync(join(bad, "runs.db"), "not a database, and long enough to be looked at as one".repeat(40));
  const { code, err } = await cli(["runs", "list", "--store", bad]);
  assert.equal(code, 1);
  assert.match(err, /runs\.db/);
  assert.doesNotMatch(err, /bug/);
});

test("a reader that goes away is no error", async () => {
  const { code, err } = await cli(["runs", "show", first, "--store", dir], {
    meddle: (child) => child.stdout?.destroy(),
  });
  assert.deepEqual([code, err], [0, ""]);
});

test("runs show tells of an imported run what travelled with it, and compare --test what did not", async () => {
  const place = join(folder, "imported");
  const records = fileURLToPath(new URL("../../experiments/runs/", import.meta.url));
  const record = readdirSync(records).find((name) =>
    /"name":"zero-shot"/.test(readFileSync(join(records, name), "utf8")),
  )!;
  assert.equal((await cli(["runs", "import", join(records, record), "--store", place])).code, 0);
  const id = record.slice(0, 8);
  const shown = await cli(["runs", "show", id, "--store", place, "--json"]);
  assert.equal(shown.code, 0, shown.err);
  const { tables, artifacts } = JSON.parse(shown.out);
  assert.deepEqual(Object.keys(tables), ["recall", "recallByDomain"]);
  assert.ok(artifacts.some(({ path }: { path: string }) => path === "tables/perQuery.json"));
  const tested = await cli(["runs", "compare", id, "--test", "recallAt10", "--store", place]);
  assert.match(tested.err, /has no table perQuery\. .*large tables do not travel with an exported run/);
});

test("runs compare --test pairs the systems of two runs, or those of one", async () => {
  const place = join(folder, "tested");
  const columns = ["system", "field", "domain", "group", "query", "recallAt1"];
  const ids: string[] = [];
  for (const [name, tuned] of [
    ["short", [0, 0, 0, 0, 1]],
    ["long", [1, 1, 1, 1, 1]],
  ] as const)
    await withRun({ dir: place, experiment: "shelf", name }, (run) => {
      ids.push(run.id);
      const rows = (system: string, values: readonly number[]) =>
        values.map((value, i) => [system, "query", "berita", `g${i}`, `q${i}`, value]);
      run.table("perQuery", { columns, rows: [...rows("bm25", [0, 0, 0, 0, 1]), ...rows("tuned", tuned)] });
    });
  const names = ids.map((id, i) => `${["short", "long"][i]} ${id.slice(0, 8)}`);
  const two = await cli(["runs", "compare", ...ids, "--test", "recallAt1", "--store", place, "--json"]);
  assert.equal(two.code, 0, two.err);
  // four topics differ: 2 / 16, of two lines
  assert.deepEqual(
    JSON.parse(two.out).rows.map((row: unknown[]) => [...row.slice(0, 4), row[7], row[8]]),
    [
      ["bm25", "query", ...names, 1, 1],
      ["tuned", "query", ...names, 0.125, 0.25],
    ],
  );
  const one = await cli(["runs", "compare", ids[1], "--test", "recallAt1", "--store", place]);
  assert.match(one.out, /query +bm25 +tuned +0\.800 +0\.400 +1 +0\.125 +0\.125/);
  const turned = [ids[1], "--test", "recallAt1", "--baseline", "tuned", "--by-domain", "--store", place];
  const other = await cli(["runs", "compare", ...turned, "--json"]);
  assert.deepEqual(JSON.parse(other.out).rows[0].slice(0, 5), ["query", "berita", "tuned", "bm25", -0.8]);
  const both = await cli(["runs", "compare", ids[0], ...turned]);
  assert.match(both.err, /--baseline names a system of one run/);
  const alone = await cli(["runs", "compare", ids[1], "--by-domain", "--store", place]);
  assert.deepEqual([alone.code, /--baseline and --by-domain go with --test/.test(alone.err)], [2, true]);
  const bad = await cli(["runs", "compare", ids[1], "--test", "recall", "--store", place]);
  assert.deepEqual([bad.code, bad.out], [1, ""]);
  assert.match(bad.err, /recall/);
  const without = await cli(["runs", "compare", first, second, "--test", "recallAt1", "--store", dir]);
  assert.match(without.err, /one [0-9a-f]{8} has no table perQuery\. Give a run that evaluated in this store/);
});
