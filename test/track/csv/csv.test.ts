import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { InputError } from "../../../src/base/errors.ts";
import { Random } from "../../../src/base/random.ts";
import { csvRecords } from "../../../src/data/csvRecords.ts";
import type { CsvRecord } from "../../../src/track/csv/csvTable.ts";
import { exportPointsCsv, exportRunsCsv } from "../../../src/track/csv/exportCsv.ts";
import { type CsvImport, importCsv } from "../../../src/track/csv/importCsv.ts";
import { readRunTables } from "../../../src/track/csv/readRunTables.ts";
import type { Store } from "../../../src/track/store.ts";
import { scratch, scratchStore } from "../scratch.ts";

const FIXTURES = fileURLToPath(new URL("../../fixtures/track/", import.meta.url));
const ID = "0123456789abcdef0123456789abcdef";

/** Imports texts as files of these names. */
async function bring(t: TestContext, store: Store, texts: Record<string, string>): Promise<CsvImport> {
  const dir = scratch(t);
  const files = Object.entries(texts).map(([name, text]) => {
    writeFileSync(join(dir, name), text);
    return { name, records: csvRecords(join(dir, name)) };
  });
  return importCsv(store, await readRunTables(files));
}

function tables(store: Store): Record<string, string> {
  const ids = store.runs().map(({ runId }) => runId);
  return {
    "runs.csv": [...exportRunsCsv(store, ids)].join(""),
    "metrics.csv": [...exportPointsCsv(store, ids)].join(""),
  };
}

/** What CSV keeps of a store. */
function kept(store: Store): object[] {
  const runs = store.runs().sort((a, b) => (a.runId < b.runId ? -1 : 1));
  return runs.map(({ runId, name, experiment, status, startTime, endTime, params, tags, metrics }) => {
    const points = Object.keys(metrics).map((key) => store.history(runId, key));
    return { runId, name, experiment, status, startTime, endTime, params, tags, metrics, points };
  });
}

test("a table is what RFC 4180, ISO 8601 and a spreadsheet's safety make of a run by hand", (t) => {
  const store = scratchStore(t);
  const { experiments } = store;
  store.createRun({ runId: ID, experimentId: experiments.create("a, b"), name: "=1+1", startTime: 1_700_000_000_000 });
  const points = [0.1 + 0.2, Number.NaN].map((value, step) => ({ key: "loss", value, step, timestamp: 7 }));
  store.log(ID, { params: { lr: "-1e-4", note: 'say "x"\r\ny', none: "", at: "@SUM(A1)" }, metrics: points });
  store.updateRun(ID, { status: "FINISHED", endTime: 1_700_000_000_001 });
  assert.deepEqual(tables(store), {
    "runs.csv":
      "run_id,name,experiment,status,start_time,end_time,params.at,params.lr,params.none,params.note,metrics.loss\n" +
      `${ID},'=1+1,"a, b",FINISHED,2023-11-14T22:13:20.000Z,2023-11-14T22:13:20.001Z,` +
      `'@SUM(A1),-1e-4,"","say ""x""\r\ny",NaN\n`,
    "metrics.csv": `run_id,key,step,timestamp,value\n${ID},loss,0,7,0.30000000000000004\n${ID},loss,1,7,NaN\n`,
  });
});

test("MLflow's search_runs().to_csv() comes in as MLflow tells the runs", async (t) => {
  const store = scratchStore(t);
  const text = readFileSync(join(FIXTURES, "search_runs.csv"), "utf8");
  const told = JSON.parse(readFileSync(join(FIXTURES, "search_runs.json"), "utf8"));
  assert.equal((await bring(t, store, { "search_runs.csv": text })).added.length, told.length);
  for (const { runId, metrics, status, ...run } of told) {
    const { name, startTime, endTime, params, metrics: last, ...found } = store.run(runId);
    assert.deepEqual({ name, startTime, endTime, params }, run);
    // Python's `repr` of a float reads back as that float.
    assert.deepEqual(last, Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, Number(value)])));
    assert.equal(found.status, status === "RUNNING" ? "CRASHED" : status);
    assert.equal(found.experiment, "MLflow experiment 1");
    assert.equal(found.tags["mlflow.user"], "tester");
  }
});

test("random runs come back whole from their tables, and a second time adds nothing (40 stores)", async (t) => {
  const random = new Random(7);
  const signs = ["a", "é", "🌸", '"', ",", "\n", "\r", "\r\n", "'", "=", "+", "-", "@", "\t", " ", "0", ";", "\\"];
  const pick = <T>(some: readonly T[]): T => some[random.int(some.length)]!;
  const text = (): string => Array.from({ length: random.int(6) }, () => pick(signs)).join("");
  const numbers = [Number.NaN, Infinity, -Infinity, 0, -0, 5e-324, -1.7976931348623157e308, 0.1, 1e21, 123456789.125];
  // From the year 0 to 9999 as ISO 8601, beyond those as numbers, up to 63 bits.
  const times = [0, -1, -62_167_219_200_001, 253_402_300_800_000, 8.64e15 + 2, 2 ** 62, 1_700_000_000_123];
  for (let trial = 0; trial < 40; trial++) {
    const [store, back] = [scratchStore(t), scratchStore(t)];
    for (let run = 0; run < 3; run++) {
      const id = store.createRun({
        name: `run ${text()}`,
        startTime: pick(times),
        tags: { t: text() },
      });
      const metrics = Array.from({ length: random.int(20) }, () => ({
        key: pick(["loss", "recall/at_10", "constructor", "-loss", "--1"]),
        value: random.int(2) ? pick(numbers) : random.uniform() * 10 ** (random.int(40) - 20),
        step: random.int(9) - 3 + (random.int(9) ? 0 : 2 ** 60),
        timestamp: 1_700_000_000_000 + random.int(9),
      }));
      store.log(id, { metrics, params: { [`p${random.int(3)}`]: text(), constructor: text() } });
      store.updateRun(id, { status: pick(["FINISHED", "FAILED", "KILLED", "CRASHED"] as const) });
      // A crashed run always has an end.
      if (store.run(id).status === "CRASHED" || random.int(2)) store.updateRun(id, { endTime: pick(times) });
    }
    await bring(t, back, tables(store));
    assert.deepEqual(kept(back), kept(store));
    assert.deepEqual(await bring(t, back, tables(store)), { added: [], known: 3, points: 0, passedOver: [] });
    assert.deepEqual(kept(back), kept(store));
  }
});

test("a table by hand: no ids, no end, an empty field is no value, and it is known when it comes again", async (t) => {
  const store = scratchStore(t);
  const table =
    'name,experiment,start_time,params.lr,params.none,metrics.loss\r\na,x,1700000000000,0.1,,inf\r\nb,x,,,"",\r\n';
  assert.equal((await bring(t, store, { "hand.csv": `\ufeff${table}` })).added.length, 2);
  const [b, a] = ["b", "a"].map((name) => store.runs({ name })[0]);
  assert.deepEqual([a.params, a.metrics, a.startTime], [{ lr: "0.1" }, { loss: Infinity }, 1_700_000_000_000]);
  assert.deepEqual([b.params, b.metrics, b.status], [{ none: "" }, {}, "FINISHED"]);
  assert.deepEqual(await bring(t, store, { "hand.csv": table }), { added: [], known: 2, points: 0, passedOver: [] });
});

test("a run that is there stays as it is: its points come with its line, or not at all", async (t) => {
  const store = scratchStore(t);
  const runs = `run_id,experiment,status,start_time,end_time,metrics.a,metrics.b\n${ID},x,FINISHED,5,9,0.5,NaN\n`;
  const points = `run_id,key,step,timestamp,value\n${ID},a,0,6,7\n${ID},a,1,7,0.25\n`;
  await assert.rejects(
    bring(t, store, { "metrics.csv": points }),
    /metrics\.csv:2: run .* has no line in a table of runs/,
  );
  await bring(t, store, { "runs.csv": runs });
  assert.deepEqual(store.history(ID, "a"), [{ key: "a", value: 0.5, step: 0, timestamp: 9 }]);
  const before = kept(store);
  const both = { "runs.csv": runs, "metrics.csv": points };
  assert.deepEqual(await bring(t, store, both), { added: [], known: 1, points: 0, passedOver: [] });
  assert.deepEqual(kept(store), before);
  const other = scratchStore(t);
  assert.equal((await bring(t, other, both)).points, 3);
  assert.deepEqual([other.run(ID).metrics, other.run(ID).lastStep], [{ a: 0.25, b: Number.NaN }, 1]);
});

test("150,000 runs are read, and 25,000 points of one come in", async (t) => {
  async function* lines(count: number, cells: (i: number) => string[]): AsyncGenerator<CsvRecord> {
    for (let i = 0; i <= count; i++) yield { line: i + 1, cells: cells(i) };
  }
  const ofRuns = (i: number): string[] => [i === 0 ? "params.i" : String(i)];
  const { runs } = await readRunTables([{ name: "runs.csv", records: lines(150_000, ofRuns) }]);
  assert.equal(runs.length, 150_000);
  const store = scratchStore(t);
  const ofOne = (i: number): string[] =>
    [
      ["run_id", "name"],
      [ID, "one"],
    ][i]!;
  const ofPoints = (i: number): string[] =>
    i === 0 ? ["run_id", "key", "step", "timestamp", "value"] : [ID, "m", String(i), "7", String(2 * i)];
  const tables = await readRunTables([
    { name: "runs.csv", records: lines(1, ofOne) },
    { name: "metrics.csv", records: lines(25_000, ofPoints) },
  ]);
  assert.equal(importCsv(store, tables).points, 25_000);
  const history = store.history(ID, "m");
  assert.ok(history.length === 25_000 && history.every(({ step, value }, i) => step === i + 1 && value === 2 * step));
});

test("a run that was removed here is known, and stays removed and as it was", async (t) => {
  const [store, from] = [scratchStore(t), scratchStore(t)];
  const points = [0, 1].map((step) => ({ key: "a", value: step, step, timestamp: step }));
  from.createRun({ runId: ID });
  from.log(ID, { metrics: points });
  const other = from.createRun({ name: "other" });
  const texts = tables(from);
  store.createRun({ runId: ID });
  store.deleteRun(ID);
  assert.deepEqual(await bring(t, store, texts), { added: [other], known: 1, points: 0, passedOver: [] });
  assert.deepEqual([store.run(ID).lifecycleStage, store.history(ID, "a")], ["deleted", []]);
});

test("the id of a line without one follows from its values, not from the order of columns or what is passed over", async (t) => {
  const store = scratchStore(t);
  await bring(t, store, { "a.csv": "params.lr,metrics.loss,name\n0.1,2,one\n" });
  const same = "name,weather,params.none,metrics.loss,params.lr\none,sunny,,2,0.1\n";
  const { known, passedOver } = await bring(t, store, { "b.csv": same });
  assert.deepEqual([known, passedOver], [1, ["weather"]]);
  assert.equal((await bring(t, store, { "c.csv": same.replace("0.1", "0.2") })).added.length, 1);
});

test("an apostrophe before a formula is a guard in our tables and a text in others", async (t) => {
  const store = scratchStore(t);
  const [ours, other] = ["1", "2"].map((digit) => digit.repeat(32));
  await bring(t, store, { "a.csv": `run_id,experiment,params.p\n${ours},x,'-inf\n` });
  await bring(t, store, { "b.csv": `run_id,experiment_id,params.p\n${other},1,'-inf\n` });
  assert.deepEqual([store.run(ours).params.p, store.run(other).params.p], ["-inf", "'-inf"]);
});

test("points without a time of their run are at its start, and a run that went on ends with its last point", async (t) => {
  const store = scratchStore(t, { now: () => 77 });
  const [none, alone, whole] = ["1", "2", "3"].map((digit) => digit.repeat(32)) as [string, string, string];
  await bring(t, store, { "a.csv": `run_id,metrics.a\n${none},1\n` });
  assert.deepEqual([store.run(none).startTime, store.history(none, "a")[0].timestamp], [77, 77]);
  const points = (id: string): string => `run_id,key,step,timestamp,value\n${id},a,0,12,1\n${id},a,1,11,1\n`;
  const run = (id: string): string => `run_id,status,start_time,metrics.a\n${id},RUNNING,10,1\n`;
  await bring(t, store, { "runs.csv": run(whole), "metrics.csv": points(whole) });
  await bring(t, store, { "runs.csv": run(alone) });
  assert.deepEqual([store.run(alone).status, store.run(alone).endTime], ["CRASHED", null]);
  assert.equal(store.run(whole).endTime, 12);
});

test("what is wrong is told with file and line, and then nothing of any file is in the store", async (t) => {
  const store = scratchStore(t);
  const good = `run_id,params.lr\n${ID},1\n`;
  const points = "run_id,key,step,timestamp,value\n";
  store.experiments.delete(store.experiments.create("gone"));
  const cases: [Record<string, string>, RegExp][] = [
    [{ "e.csv": "" }, /^e\.csv: is empty/],
    [{ "e.csv": "a,b\n1,2\n" }, /^e\.csv: has no column of a run or a point, but a, b/],
    [{ "e.csv": "run_id,params.a,params.a\n" }, /^e\.csv:1: two columns.*params\.a/],
    [{ "e.csv": `${good}x\n` }, /^e\.csv:3: has 1 fields, the first line has 2/],
    [{ "e.csv": `${good}5,2\n` }, /^e\.csv:3: run_id must be 32 hex digits, got "5"/],
    [{ "e.csv": `${good}${ID},2\n` }, /^e\.csv:3: run .* stands in e\.csv:2, too/],
    [{ "e.csv": `${good}"x,2\n` }, /^.*e\.csv:\d: .*[Qq]uote/],
    [{ "e.csv": 'params.lr,status\n"a\nb",DONE\n' }, /^e\.csv:3: unknown status "DONE"/],
    [{ "e.csv": "params.lr,start_time\n1,yesterday\n" }, /^e\.csv:2: `start_time` must be a time, got "yesterday"/],
    [{ "e.csv": "params.lr,end_time\n1,2026-13-01T00:00:00Z\n" }, /^e\.csv:2: `end_time` must be a time/],
    [{ "e.csv": "metrics.loss\n1\nhigh\n" }, /^e\.csv:3: `metrics\.loss` must be a number, got "high"/],
    [{ "e.csv": "metrics.recall@10\n1\n" }, /^e\.csv:2: .*recall_at_10/],
    [{ "e.csv": `params.lr\n${"x".repeat(6001)}\n` }, /^e\.csv:2: .*6001 characters/],
    [{ "r.csv": good, "p.csv": `${points}${ID},m,1.5,1,1\n` }, /^p\.csv:2: `step` must be a whole number, got "1\.5"/],
    [{ "e.csv": `params.lr,experiment\n1,x\n1,gone\n` }, /^e\.csv:3: .*`gone` is deleted/],
    [{ "e.csv": `params.lr,experiment\n1,${"x".repeat(501)}\n` }, /^e\.csv:2: .*500/],
    [{ "e.csv": `run_id,lr,loss\n${ID},1,2\n` }, /^e\.csv: has no column of a run or a point, but run_id, lr, loss/],
    [
      { "e.csv": "Start Time,Duration,Run ID,Name,lr\n" },
      /^e\.csv: is the download of MLflow's page.*search_runs\(\)\.to_csv\(\)/,
    ],
    [{ "r.csv": good, "p.csv": `run_id,key,value\n${ID},m,1\n` }, /^p\.csv: has no column `timestamp`/],
    [{ "r.csv": good, "s.csv": good }, /^s\.csv:2: run .* stands in r\.csv:2, too/],
    [{ "r.csv": good, "p.csv": `${points}${ID},m,1,,1\n` }, /^p\.csv:2: has no `timestamp`/],
    [{ "r.csv": good, "p.csv": `${points}${"f".repeat(32)},m,1,1,1\n` }, /^p\.csv:2: run f+ has no line in a table/],
    [{ "r.csv": good, "p.csv": `${points}${ID},m,9007199254740993,1,1\n` }, /^p\.csv:2: `step` must be a whole number/],
  ];
  for (const [files, words] of cases) {
    const error = await bring(t, store, files).then(
      () => assert.fail(JSON.stringify(files)),
      (problem: unknown) => problem,
    );
    assert.ok(error instanceof InputError, String(error));
    assert.match(error.message.replace(/^.*\/(?=e\.csv)/, ""), words);
    assert.deepEqual(store.runs(), []);
  }
});
