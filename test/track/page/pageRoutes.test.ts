import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type {
  ColumnNames,
  LiveEvent,
  RunDetails,
  RunList,
  RunTable,
  WireCurve,
} from "../../../src/track/page/pageWire.ts";
import { startServer } from "../../../src/track/server/startServer.ts";
import { clock, scratchStore } from "../scratch.ts";
import { fillSampleStore } from "./sampleStore.ts";
import { served } from "./served.ts";

async function json<T>(address: string): Promise<T> {
  const response = await fetch(address);
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()) as T;
}

test("the page may run only what this server sends, and its import map", async (t) => {
  const { url } = await served(t, scratchStore(t));
  const response = await fetch(url);
  const page = await response.text();
  const policy = response.headers.get("content-security-policy") ?? "";
  const [, map] = /<script type="importmap">(.*?)<\/script>/s.exec(page) ?? [];
  assert.ok(policy.includes(`'sha256-${createHash("sha256").update(map).digest("base64")}'`), policy);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.match(policy, /default-src 'none'/);
  assert.deepEqual(
    [...page.matchAll(/(?:src|href)="([^"]*)"/g)]
      .map(([, address]) => address)
      .filter((one) => !/^(\/assets\/|data:,$)/.test(one)),
    [],
  );
});

test("every file that the page names is there, and no other file is", async (t) => {
  const { url } = await served(t, scratchStore(t));
  const page = await (await fetch(url)).text();
  const named = [...page.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path);
  assert.ok(named.length >= 9, named.join());
  for (const path of named) {
    const response = await fetch(url + path);
    assert.equal(response.status, 200, path);
    assert.match(
      response.headers.get("content-type") ?? "",
      path.endsWith(".css") ? /^text\/css/ : /^text\/javascript/,
    );
  }
  for (const path of [
    "/assets/browser/../pageRoutes.js",
    "/assets/browser/%2e%2e%2fpageRoutes.js",
    "/assets/package.json",
    "/assets/",
    "/assets/constructor",
  ])
    assert.equal((await fetch(url + path)).status, 404, path);
});

test("the table gives the columns that were asked for, filtered and ordered in MLflow's language", async (t) => {
  const store = scratchStore(t);
  fillSampleStore(store);
  const { url } = await served(t, store);
  const query = new URLSearchParams([
    ["filter", "params.loss = 'distilled' and metrics.`dev/recallAt10` > 0.1"],
    ["order", "params.lr DESC"],
    ["column", "params.lr"],
    ["column", "metrics.lr"],
    ["column", "tags.stage"],
    ["column", "metrics.none"],
  ]);
  const { columns, runs } = await json<RunList>(`${url}/page/runs?${query}`);
  assert.deepEqual(columns, ["params.lr", "metrics.lr", "tags.stage", "metrics.none"]);
  assert.deepEqual(
    runs.map(({ values }) => [values[0], values[2], values[3]]),
    [
      ["0.001", "main", null],
      ["0.0005", "main", null],
      ["0.0002", "pilot", null],
      ["0.0001", "pilot", null],
    ],
  );
  const names = await json<ColumnNames>(`${url}/page/columns`);
  assert.deepEqual(names.params, ["batchSize", "loss", "lr", "seed", "temperature"]);
  assert.deepEqual(names.tags, ["stage"]);
});

test("a wrong filter is answered with its place", async (t) => {
  const { url } = await served(t, scratchStore(t));
  const response = await fetch(`${url}/page/runs?filter=${encodeURIComponent("metrics.loss <")}`);
  assert.equal(response.status, 400);
  assert.match(((await response.json()) as { message: string }).message, /character/);
});

test("a run that is silent for long is stale, one that speaks is running, one of a dead process crashed", async (t) => {
  const time = clock(1_000_000_000_000);
  const store = scratchStore(t, { now: time.now });
  const speaking = store.openRun({ name: "speaking" });
  const fresh = store.createRun({ name: "rest client" });
  const silent = store.createRun({ name: "silent client" });
  const crashed = store.createRun({ name: "crashed" });
  store.updateRun(crashed, { status: "CRASHED" });
  time.set(1_000_000_000_000 + 3_600_000);
  speaking.log({ metrics: [{ key: "loss", value: 1, step: 0, timestamp: time.now() }] });
  store.log(fresh, { metrics: [{ key: "loss", value: 1, step: 0, timestamp: time.now() }] });
  const { url } = await served(t, store);
  const states = async (): Promise<Record<string, string>> =>
    Object.fromEntries((await json<RunList>(`${url}/page/runs`)).runs.map(({ name, state }) => [name, state]));
  const now = { speaking: "RUNNING", "rest client": "RUNNING", "silent client": "STALE", crashed: "CRASHED" };
  assert.deepEqual(await states(), now);
  time.set(1_000_000_000_000 + 3_600_000 + 120_000);
  assert.deepEqual(await states(), { ...now, speaking: "STALE" }, "a writer says every 15 s that it lives");
  assert.equal((await json<RunDetails>(`${url}/page/run?run=${silent}`)).state, "STALE");
});

test("curves tell NaN and infinities, in steps' order, and leave out runs that have none", async (t) => {
  const store = scratchStore(t);
  const [id, other] = [store.createRun(), store.createRun()];
  const values = [1, Number.NaN, Number.POSITIVE_INFINITY, -2];
  store.log(id, { metrics: values.map((value, step) => ({ key: "a b", value, step, timestamp: 10 + step })) });
  const { url } = await served(t, store);
  const [curve, ...more] = await json<WireCurve[]>(`${url}/page/curves?run=${id}&run=${other}&key=a%20b`);
  assert.deepEqual(curve, {
    run: id,
    key: "a b",
    count: 4,
    steps: [0, 1, 2, 3],
    times: [10, 11, 12, 13],
    values: [1, "NaN", "Infinity", -2],
  });
  assert.equal(more.length, 0);
});

test("a table that is no table is told from one that is, and neither breaks the answer", async (t) => {
  const store = scratchStore(t);
  const ids = ["{", "[]", '{"columns":["a"],"data":[[1]]}'].map((text) => {
    const id = store.createRun();
    store.putArtifact(id, "tables/recall.json", Buffer.from(text));
    return id;
  });
  const { url } = await served(t, store);
  const tables = await json<RunTable[]>(`${url}/page/tables?name=recall&${ids.map((id) => `run=${id}`).join("&")}`);
  assert.deepEqual(
    tables.map(({ table }) => table),
    [null, null, { columns: ["a"], rows: [[1]] }],
  );
  assert.deepEqual(await json(`${url}/page/table-names?run=${ids[0]}`), ["recall"]);
});

test("a logged page or image is served without an origin, and nothing outside the run's files is", async (t) => {
  const store = scratchStore(t);
  const id = store.createRun();
  store.putArtifact(id, "a.html", Buffer.from("<script>1</script>"));
  store.putArtifact(id, "a.svg", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"));
  store.putArtifact(id, "figures/f.json", Buffer.from('{"data":[{"name":"</script><script>alert(1)</script>"}]}'));
  const { url } = await served(t, store);
  const get = (path: string, as: string): Promise<Response> =>
    fetch(`${url}/page/file?run=${id}&as=${as}&path=${encodeURIComponent(path)}`);
  for (const [path, as] of [
    ["a.html", "frame"],
    ["figures/f.json", "figure"],
    ["a.svg", "image"],
    ["a.html", "text"],
  ]) {
    const policy = (await get(path, as)).headers.get("content-security-policy") ?? "";
    assert.match(policy, /^sandbox/, `${path} as ${as}`);
    assert.doesNotMatch(policy, /allow-same-origin|allow-top-navigation|allow-forms|allow-popups/);
    if (as === "frame" || as === "figure") assert.match(policy, /default-src 'none'/);
  }
  assert.equal((await get("a.html", "text")).headers.get("content-type"), "text/plain; charset=utf-8");
  assert.doesNotMatch(await (await get("figures/f.json", "figure")).text(), /alert\(1\)<\/script>/);
  assert.equal((await get("a.html", "image")).status, 400, "HTML is no image");
  for (const path of ["../../../runs.db", "/etc/passwd", "a.html/../../x", "nothing.txt"])
    assert.ok([400, 404].includes((await get(path, "text")).status), path);
});

test("the end of a long log is shown, its beginning of any other file", async (t) => {
  const store = scratchStore(t);
  const id = store.createRun();
  store.putArtifact(id, "train.log", Buffer.from(`first${"x".repeat(2 << 20)}last`));
  const { url } = await served(t, store);
  const at = `${url}/page/file?run=${id}&path=train.log&as=text`;
  const [start, end] = [await fetch(at), await fetch(`${at}&end=1`)];
  assert.equal(start.headers.get("x-file-size"), String((2 << 20) + 9));
  assert.match(await start.text(), /^first/);
  assert.match(await end.text(), /last$/);
});

test("points come as events as they are logged, and go on from where a stream broke", {
  timeout: 60_000,
}, async (t) => {
  const store = scratchStore(t);
  const id = store.createRun();
  const log = (step: number): void =>
    store.log(id, { metrics: [{ key: "loss", value: step / 2, step, timestamp: step }] });
  log(0);
  const { url } = await served(t, store);
  const { seq } = await json<RunDetails>(`${url}/page/run?run=${id}`);
  const first = events(await fetch(`${url}/page/live?run=${id}&after=${seq}`));
  log(1);
  const steps = async (stream: AsyncGenerator<{ id: string; event: LiveEvent }>): Promise<[number[], string]> => {
    for await (const { event, id: at } of stream)
      if (event.points.length > 0) return [event.points.map(({ step }) => step), at];
    throw new Error("the stream ended");
  };
  const [seen, at] = await steps(first);
  assert.deepEqual(seen, [1]);
  log(2);
  log(3);
  const again = events(await fetch(`${url}/page/live?run=${id}&after=${seq}`, { headers: { "last-event-id": at } }));
  assert.deepEqual((await steps(again))[0], [2, 3]);
});

test("an open stream does not hold up the end of the server", { timeout: 60_000 }, async (t) => {
  const server = await startServer({ store: scratchStore(t), port: 0 });
  const stream = await fetch(`${server.url}/page/live`);
  // An hour of grace: the streams must end by themselves.
  await server.stop(3_600_000);
  await stream.text();
});

async function* events(response: Response): AsyncGenerator<{ id: string; event: LiveEvent }> {
  let text = "";
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString("utf8");
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const [, id, data] = /^id: (\d+)\ndata: (.*)$/s.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      if (data !== undefined) yield { id, event: JSON.parse(data) as LiveEvent };
    }
  }
}
