import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../../src/base/random.ts";
import type { RunRecord } from "../../../src/track/runRecord.ts";
import type { Store } from "../../../src/track/store.ts";
import { TrackError } from "../../../src/track/trackError.ts";
import { clock, scratchStore } from "../scratch.ts";
import { someRuns } from "./someRuns.ts";

/** Every page, one after the other. */
function allPages(store: Store, search: Parameters<Store["searchRuns"]>[0], size: number): RunRecord[] {
  const runs: RunRecord[] = [];
  let pageToken: string | undefined;
  do {
    const page = store.searchRuns({ ...search, maxResults: size, pageToken });
    assert.ok(page.runs.length <= size, `a page of ${page.runs.length}`);
    runs.push(...page.runs);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return runs;
}

/** What orders by: numbers, then NaN, then nothing, in both directions; then newest start, then id. */
function compare(
  a: RunRecord,
  b: RunRecord,
  value: (run: RunRecord) => number | string | undefined,
  sign: number,
): number {
  const rank = (v: number | string | undefined): number => (v === undefined ? 2 : Number.isNaN(v) ? 1 : 0);
  const [x, y] = [value(a), value(b)];
  if (rank(x) !== rank(y)) return rank(x) - rank(y);
  if (rank(x) === 0 && x !== y) return sign * ((x as number) < (y as number) ? -1 : 1);
  return b.startTime - a.startTime || (a.runId < b.runId ? -1 : 1);
}

test("any order is that of a plain sort, in pages of any size", (t) => {
  const store = scratchStore(t);
  const random = new Random(5);
  someRuns(store, random, 50);
  const all = store.runs();
  const fields: [string, (run: RunRecord) => number | string | undefined][] = [
    ["metrics.a", (run) => run.metrics.a],
    ["metrics.`b/c`", (run) => run.metrics["b/c"]],
    ["params.a", (run) => run.params.a],
    ["tags.`my key`", (run) => run.tags["my key"]],
    ["metrics.never", () => undefined],
    ["end_time", (run) => run.endTime ?? undefined],
    ["run_name", (run) => run.name],
  ];
  for (const [field, value] of fields)
    for (const [direction, sign] of [["ASC", 1] as const, ["DESC", -1] as const]) {
      const expected = [...all].sort((a, b) => compare(a, b, value, sign)).map(({ runId }) => runId);
      const found = allPages(store, { orderBy: [`${field} ${direction}`] }, 1 + random.int(60));
      assert.deepEqual(
        found.map(({ runId }) => runId),
        expected,
        `${field} ${direction}`,
      );
    }
});

test("experiments and stages choose; no experiments find nothing, strange ids are refused", (t) => {
  const store = scratchStore(t);
  const [a, b] = [store.experiments.create("a"), store.experiments.create("b")];
  const ids = [a, a, b].map((experimentId) => store.createRun({ experimentId }));
  store.deleteRun(ids[0]);
  const found = (search: Parameters<Store["searchRuns"]>[0]): string[] =>
    store
      .searchRuns(search)
      .runs.map(({ runId }) => runId)
      .sort();
  assert.deepEqual(found({}), [ids[1], ids[2]].sort());
  assert.deepEqual(found({ experimentIds: [a] }), [ids[1]]);
  assert.deepEqual(found({ experimentIds: [a, b], stage: "all" }), [...ids].sort());
  assert.deepEqual(found({ experimentIds: [a], stage: "deleted" }), [ids[0]]);
  assert.deepEqual(found({ experimentIds: [] }), []);
  assert.deepEqual(found({ experimentIds: ["999", "-1"] }), []);
  for (const id of ["1 OR 1=1", "--1", "", "1e1"]) assert.throws(() => found({ experimentIds: [id] }), TrackError, id);
});

test("a page has 1 to 50,000 results, and only tokens that an answer gave are taken", (t) => {
  const store = scratchStore(t);
  const refused = (search: Parameters<Store["searchRuns"]>[0]): void => {
    assert.throws(
      () => store.searchRuns(search),
      (error: unknown) => error instanceof TrackError && error.code === "INVALID_PARAMETER_VALUE",
    );
    assert.throws(() => store.searchExperiments(search), TrackError);
  };
  for (const maxResults of [0, -1, 50_001, 1.5, Number.NaN]) refused({ maxResults });
  const forged = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  for (const pageToken of ["!!notatoken!!", "abc", forged({ offset: -1 }), forged({ offset: "1" }), forged(null)])
    refused({ pageToken });
  assert.deepEqual(store.searchRuns({ maxResults: 50_000 }), { runs: [] });
});

test("experiments are searched by name, time and tags, newest first", (t) => {
  const store = scratchStore(t, { now: clock(1000).now });
  const ids = ["one", "two", "Three"].map((name, i) => store.experiments.create(name, { n: String(i), group: "g" }));
  store.experiments.delete(ids[1]);
  const names = (search: Parameters<Store["searchExperiments"]>[0]): string[] =>
    store.searchExperiments(search).experiments.map(({ name }) => name);
  assert.deepEqual(names({}), ["Three", "one", "Default"]);
  assert.deepEqual(names({ filter: "tags.group = 'g'", orderBy: ["name"], stage: "all" }), ["Three", "one", "two"]);
  assert.deepEqual(names({ filter: "name ILIKE 't%'", stage: "all" }), ["Three", "two"]);
  assert.deepEqual(names({ filter: "tags.n IS NULL" }), ["Default"]);
  assert.deepEqual(names({ filter: `experiment_id IN ('${ids[0]}', '${ids[1]}')`, stage: "all" }), ["two", "one"]);
  const { creationTime } = store.experiments.get(ids[0]);
  assert.deepEqual(names({ filter: `creation_time > ${creationTime}` }), ["Three"]);
  assert.deepEqual(names({ stage: "deleted" }), ["two"]);
  assert.throws(() => names({ orderBy: ["tags.n"] }), TrackError);
});

test("a search of endless forms does not fill the memory with compiled statements", (t) => {
  const store = scratchStore(t);
  for (let i = 0; i < 400; i++) {
    const filter = Array.from({ length: 1 + (i % 180) }, (_, n) => `tags.t${n} ${i > 180 ? "!=" : "="} 'x'`).join(
      " AND ",
    );
    store.searchRuns({ filter });
  }
  const { statements } = store.parts.db as unknown as { statements: Map<string, unknown> };
  assert.ok(statements.size <= 256, `${statements.size} are kept`);
  assert.ok(statements.size > 0, "nothing is kept");
});
