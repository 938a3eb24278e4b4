import assert from "node:assert/strict";
import { test } from "node:test";
import { type Json, type Served, serve } from "./serve.ts";

/** Expects a refusal with this code; its message must have the words. */
async function refused(
  { post }: Served,
  path: string,
  body: unknown,
  words: RegExp,
  code = "INVALID_PARAMETER_VALUE",
): Promise<void> {
  const { status, json } = await post(path, body);
  assert.equal(
    json.error_code,
    code,
    `${path} ${JSON.stringify(body).slice(0, 200)}: ${JSON.stringify(json).slice(0, 200)}`,
  );
  assert.equal(status, code === "RESOURCE_DOES_NOT_EXIST" ? 404 : 400);
  assert.match(json.message, words);
}

test("a run as MLflow's clients make and read it", async (t) => {
  const { post, get } = await serve(t);
  const made = await post("runs/create", {
    experiment_id: "0",
    start_time: "1700000000000",
    user_id: "ada",
    run_name: "first",
    tags: [{ key: "a", value: "1" }],
  });
  const { info } = made.json.run;
  assert.match(info.run_id, /^[0-9a-f]{32}$/);
  await post("runs/log-batch", {
    run_id: info.run_id,
    metrics: [{ key: "loss", value: 0.5, timestamp: 7, step: 3 }],
    params: [{ key: "lr", value: "0.1" }],
  });
  await post("runs/update", { run_id: info.run_id, status: "FINISHED", end_time: 1700000001000 });
  const { json } = await get("runs/get", { run_id: info.run_id });
  assert.deepEqual(json, {
    run: {
      info: {
        run_uuid: info.run_id,
        run_id: info.run_id,
        experiment_id: "0",
        run_name: "first",
        user_id: "ada",
        status: "FINISHED",
        start_time: 1700000000000,
        end_time: 1700000001000,
        artifact_uri: `mlflow-artifacts:/0/${info.run_id}/artifacts`,
        lifecycle_stage: "active",
      },
      data: {
        metrics: [{ key: "loss", value: 0.5, timestamp: 7, step: 3 }],
        params: [{ key: "lr", value: "0.1" }],
        tags: [
          { key: "a", value: "1" },
          { key: "mlflow.runName", value: "first" },
        ],
      },
      inputs: {},
      outputs: {},
    },
  });
});

test("the other prefix and the old name of an id are the same API", async (t) => {
  const { url, run, post } = await serve(t);
  const id = await run();
  assert.equal((await post("runs/set-tag", { run_uuid: id, key: "k", value: "v" })).status, 200);
  const response = await fetch(`${url}/ajax-api/2.0/mlflow/runs/get?run_uuid=${id}`);
  assert.equal(((await response.json()) as Json).run.info.run_id, id);
});

test("numbers that JSON has no word for: as strings, bare as Python writes them, and back as strings", async (t) => {
  const { post, get, run } = await serve(t);
  const run_id = await run();
  for (const [step, value] of ["NaN", "Infinity", "-Infinity"].entries())
    assert.equal((await post("runs/log-metric", { run_id, key: "a", value, timestamp: 1, step })).status, 200);
  const bare = `{"run_id": "${run_id}", "metrics": [
    {"key": "NaN of -Infinity", "value": NaN, "timestamp": 1, "step": 0},
    {"key": "b", "value": Infinity, "timestamp": 1, "step": 1}, {"key": "b", "value": -Infinity, "timestamp": 1, "step": 0}]}`;
  assert.equal((await post("runs/log-batch", bare)).status, 200);
  const values = async (metric_key: string): Promise<unknown[]> =>
    (await get("metrics/get-history", { run_id, metric_key })).json.metrics.map(
      (point: { value: unknown }) => point.value,
    );
  assert.deepEqual(await values("a"), ["NaN", "Infinity", "-Infinity"]);
  assert.deepEqual(await values("NaN of -Infinity"), ["NaN"]);
  assert.deepEqual(await values("b"), ["-Infinity", "Infinity"]);
});

test("what was sent before adds nothing: points (NaN, too), params, data sets; another value of a param is refused", async (t) => {
  const server = await serve(t);
  const run_id = await server.run();
  const batch = {
    run_id,
    metrics: [1.5, "NaN", 2].map((value, step) => ({ key: "m", value, timestamp: 7, step })),
    params: [{ key: "p", value: "1" }],
  };
  const inputs = { run_id, datasets: [{ dataset: { name: "d", digest: "1", source: "s", source_type: "local" } }] };
  for (let i = 0; i < 3; i++) {
    assert.equal((await server.post("runs/log-batch", batch)).status, 200);
    assert.equal((await server.post("runs/log-inputs", inputs)).status, 200);
  }
  assert.equal((await server.get("metrics/get-history", { run_id, metric_key: "m" })).json.metrics.length, 3);
  const { json } = await server.get("runs/get", { run_id });
  assert.equal(json.run.inputs.dataset_inputs.length, 1);
  const changed = { run_id, metrics: [{ key: "new", value: 1, timestamp: 1 }], params: [{ key: "p", value: "2" }] };
  await refused(server, "runs/log-batch", changed, /`p` was logged as `1`/);
  assert.deepEqual((await server.get("metrics/get-history", { run_id, metric_key: "new" })).json, { metrics: [] });
});

test("a batch takes as much as MLflow's and not one more", async (t) => {
  const server = await serve(t);
  const run_id = await server.run();
  const metrics = (n: number): object[] =>
    Array.from({ length: n }, (_, i) => ({ key: "m", value: i, timestamp: 1, step: i }));
  const pairs = (n: number, key: string): object[] =>
    Array.from({ length: n }, (_, i) => ({ key: key + i, value: "1" }));
  const ok = async (body: object): Promise<void> =>
    assert.equal((await server.post("runs/log-batch", { run_id, ...body })).status, 200);
  await ok({ metrics: metrics(1000) });
  await ok({ params: pairs(100, "p") });
  await ok({ tags: pairs(100, "t") });
  await ok({ metrics: metrics(950), params: pairs(50, "p") });
  await refused(server, "runs/log-batch", { run_id, metrics: metrics(1001) }, /at most 1000 metrics, got 1001/);
  await refused(server, "runs/log-batch", { run_id, params: pairs(101, "q") }, /at most 100 params/);
  await refused(server, "runs/log-batch", { run_id, tags: pairs(101, "q") }, /at most 100 tags/);
  await refused(
    server,
    "runs/log-batch",
    { run_id, metrics: metrics(950), params: pairs(51, "q") },
    /at most 1000 metrics, params and tags, got 1001/,
  );
  await refused(
    server,
    "runs/log-batch",
    {
      run_id,
      params: [
        { key: "z", value: "1" },
        { key: "z", value: "1" },
      ],
    },
    /Duplicate.*z/,
  );
  assert.equal((await server.get("runs/get", { run_id })).json.run.data.params.length, 100);
});

test("keys and values keep MLflow's limits: long values are cut, long and strange keys refused", async (t) => {
  const server = await serve(t);
  const run_id = await server.run();
  // An emoji is one character and two UTF-16 units.
  const long = "\u{1f9f5}".repeat(9000);
  await server.post("runs/log-parameter", { run_id, key: "p", value: long });
  await server.post("runs/set-tag", { run_id, key: "t", value: long });
  const { params, tags } = (await server.get("runs/get", { run_id })).json.run.data;
  assert.equal([...params[0].value].length, 6000);
  assert.equal([...tags.find(({ key }: { key: string }) => key === "t").value].length, 8000);
  const key = "\u{5b57}".repeat(250);
  assert.equal((await server.post("runs/log-metric", { run_id, key, value: 1, timestamp: 1 })).status, 200);
  for (const bad of [`${key}x`, "a@b", "../x", "a//b", "/abs", ".", "trail/", "a\nb"]) {
    await refused(server, "runs/log-metric", { run_id, key: bad, value: 1, timestamp: 1 }, /name/);
    await refused(server, "runs/log-parameter", { run_id, key: bad, value: "1" }, /name/);
    await refused(server, "runs/set-tag", { run_id, key: bad, value: "1" }, /name/);
  }
});

test("each wrong field is named, with what came", async (t) => {
  const server = await serve(t);
  const run_id = await server.run();
  const point = { run_id, key: "m", value: 1, timestamp: 1, step: 0 };
  const cases: [string, unknown, RegExp, string?][] = [
    ["runs/log-metric", { ...point, timestamp: "soon" }, /"soon" for parameter 'timestamp'.*integer/],
    ["runs/log-metric", { ...point, timestamp: -1 }, /-1 for parameter 'timestamp'/],
    ["runs/log-metric", { ...point, step: 1.5 }, /1.5 for parameter 'step'/],
    ["runs/log-metric", { ...point, step: "9223372036854775807" }, /'step'.*2\^53/],
    ["runs/log-metric", { ...point, value: "abc" }, /"abc" for parameter 'value'.*number/],
    ["runs/log-metric", { ...point, value: true }, /true for parameter 'value'/],
    ["runs/log-metric", { ...point, value: null }, /Missing value for required parameter 'value'/],
    ["runs/log-metric", { ...point, key: 5 }, /5 for parameter 'key'.*string/],
    ["runs/log-metric", { ...point, key: "" }, /Missing.*'key'/],
    ["runs/log-metric", { ...point, run_id: undefined }, /Missing.*'run_id'/],
    ["runs/log-metric", { ...point, value: "0x10" }, /"0x10" for parameter 'value'/],
    ["runs/log-metric", [], /must be a JSON object/],
    ["runs/log-metric", "{broken", /not JSON/],
    ["runs/log-batch", { run_id, metrics: [point, { ...point, value: "x" }] }, /'metrics\[1\]\.value'/],
    ["runs/log-batch", { run_id, metrics: [point, 3] }, /'metrics\[1\]'.*object/],
    ["runs/log-batch", { run_id, metrics: "x" }, /'metrics'.*list/],
    ["runs/log-batch", { run_id, metrics: [{ ...point, key: "bad@" }] }, /bad@/],
    ["runs/update", { run_id, status: "DONE" }, /'status'.*RUNNING, SCHEDULED, FINISHED, FAILED, KILLED/],
    ["runs/search", { experiment_ids: ["x y"], run_view_type: "SOME" }, /'run_view_type'/],
    ["runs/search", { experiment_ids: "0" }, /"0" for parameter 'experiment_ids'.*list of strings/],
    ["runs/search", { experiment_ids: ["0"], order_by: "start_time" }, /'order_by'.*list of strings/],
    ["runs/create", { experiment_id: "-1" }, /-1/, "RESOURCE_DOES_NOT_EXIST"],
    ["experiments/create", '{"name": "half a letter: \\ud83c"}', /'name'.*well-formed Unicode/],
    ["runs/search", { experiment_ids: [1] }, /'experiment_ids'.*list of strings/],
    [
      "runs/search",
      { experiment_ids: ["0"], filter: "foo = 1" },
      /filter: at character 1: there is no attribute `foo`/,
    ],
    ["runs/search", { experiment_ids: ["0"], max_results: 50001 }, /50000/],
    ["runs/log-inputs", { run_id, datasets: [{ dataset: { name: "n" } }] }, /'datasets\[0\]\.dataset\.digest'/],
    [
      "runs/log-inputs",
      { run_id, datasets: [{ dataset: { name: "n", digest: "x".repeat(37), source: "s", source_type: "t" } }] },
      /37/,
    ],
    ["experiments/create", { name: "e", tags: "x" }, /'tags'.*list/],
  ];
  for (const [path, body, words, code] of cases) await refused(server, path, body, words, code);
});

test("only a whole id names a run over the network", async (t) => {
  const server = await serve(t);
  const run_id = await server.run();
  const { status, json } = await server.get("runs/get", { run_id: run_id.slice(0, 31) });
  assert.deepEqual([status, json.error_code], [404, "RESOURCE_DOES_NOT_EXIST"]);
  await refused(server, "runs/delete", { run_id: run_id.slice(0, 8) }, /not found/, "RESOURCE_DOES_NOT_EXIST");
});

test("a deleted run takes nothing and comes back whole", async (t) => {
  const server = await serve(t);
  const run_id = await server.run();
  await server.post("runs/delete", { run_id });
  for (const [path, more] of [
    ["log-metric", { key: "m", value: 1, timestamp: 1 }],
    ["log-parameter", { key: "p", value: "1" }],
    ["set-tag", { key: "t", value: "1" }],
    ["update", { status: "FINISHED" }],
  ] as const)
    await refused(server, `runs/${path}`, { run_id, ...more }, /deleted/);
  await server.post("runs/restore", { run_id });
  assert.equal((await server.post("runs/set-tag", { run_id, key: "t", value: "1" })).status, 200);
});

/** A curve whose times go back while its steps go on. */
function backwards(length: number, offset = 0): object[] {
  return Array.from({ length }, (_, i) => ({ key: "m", value: i, timestamp: 1000 - i, step: offset + i }));
}

function stepsIn(json: Json, run_id?: string): number[] {
  const points: { step: number; run_id: string }[] = json.metrics;
  return points.filter((point) => run_id === undefined || point.run_id === run_id).map(({ step }) => step);
}

test("a curve comes in pages by time, as MLflow's", async (t) => {
  const server = await serve(t);
  const run_id = await server.run();
  await server.post("runs/log-batch", { run_id, metrics: backwards(1000) });
  const steps: number[] = [];
  let page_token = "";
  do {
    const query = { run_id, metric_key: "m", max_results: "300", page_token };
    const { json } = await server.get("metrics/get-history", query);
    steps.push(...stepsIn(json));
    page_token = json.next_page_token;
  } while (page_token !== undefined);
  assert.deepEqual(
    steps,
    Array.from({ length: 1000 }, (_, i) => 999 - i),
  );
});

test("several curves at once: whole ones by time, cut ones by step with their ends", async (t) => {
  const server = await serve(t);
  const runs = [await server.run(), await server.run()];
  await server.post("runs/log-batch", { run_id: runs[0], metrics: backwards(1000) });
  await server.post("runs/log-batch", { run_id: runs[1], metrics: backwards(1000, 500) });
  const asked = { run_ids: runs, metric_key: "m" };
  const cut = (await server.get("metrics/get-history-bulk-interval", { ...asked, max_results: "4" })).json;
  // Four parts of 250 each; the last point stands for the last part.
  assert.deepEqual(stepsIn(cut, runs[0]), [0, 250, 500, 999]);
  assert.deepEqual(stepsIn(cut, runs[1]), [500, 750, 1000, 1499]);
  const range = { start_step: "600", end_step: "610" };
  const part = (await server.get("metrics/get-history-bulk-interval", { ...asked, ...range })).json;
  assert.deepEqual(
    stepsIn(part, runs[0]),
    Array.from({ length: 11 }, (_, i) => 600 + i),
  );
  assert.equal(part.metrics.length, 22);
  const { json } = await server.get("metrics/get-history-bulk", { run_id: runs, metric_key: "m" });
  assert.deepEqual([stepsIn(json, runs[0])[0], stepsIn(json, runs[1])[0]], [999, 1499]);
  assert.equal(json.metrics.length, 2000);
  assert.equal((await server.get("metrics/get-history-bulk", { metric_key: "m" })).status, 400);
});

test("a curve whose points all have one step is cut, too", async (t) => {
  const server = await serve(t);
  const run_id = await server.run();
  const metrics = Array.from({ length: 1000 }, (_, i) => ({ key: "m", value: i, timestamp: i, step: 0 }));
  await server.post("runs/log-batch", { run_id, metrics });
  const query = { run_ids: run_id, metric_key: "m", max_results: "3" };
  const { json } = await server.get("metrics/get-history-bulk-interval", query);
  // Parts of 334, 333 and 333.
  assert.deepEqual(
    json.metrics.map(({ value }: { value: number }) => value),
    [0, 334, 999],
  );
});

test("a body may begin with a mark of its byte order", async (t) => {
  const { post } = await serve(t);
  assert.equal((await post("experiments/create", '\ufeff{"name": "marked"}')).status, 200);
});

test("eight clients at once lose nothing", async (t) => {
  const server = await serve(t);
  const run_id = await server.run();
  const client = async (w: number): Promise<void> => {
    for (let call = 0; call < 10; call++) {
      const metrics = Array.from({ length: 20 }, (_, i) => ({
        key: `w${w}`,
        value: i,
        timestamp: 1,
        step: call * 20 + i,
      }));
      assert.equal(
        (await server.post("runs/log-batch", { run_id, metrics, params: [{ key: `p${w}-${call}`, value: "v" }] }))
          .status,
        200,
      );
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, w) => client(w)));
  const { params, metrics } = (await server.get("runs/get", { run_id })).json.run.data;
  assert.deepEqual([params.length, metrics.length], [80, 8]);
  for (let w = 0; w < 8; w++) assert.equal(server.store.history(run_id, `w${w}`).length, 200);
});
