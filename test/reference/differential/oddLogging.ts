import type { Recorded } from "./replay.ts";
import { asPage, get, newExperiment, newRun, post } from "./requests.ts";

const GONE = "0".repeat(32);
const run_id = "{run:log}";
const point = { run_id, key: "m", value: 1, timestamp: 1_700_000_000_000, step: 0 };

/** Where goes what only one of the servers takes, so that later answers are alike. */
const elsewhere = { run_id: "{run:loose}" };

function metric(name: string, change: object): Recorded {
  return post(`metric: ${name}`, "runs/log-metric", { ...point, ...change });
}

function param(name: string, change: object): Recorded {
  return post(`param: ${name}`, "runs/log-parameter", { run_id, key: "p", value: "1", ...change });
}

function tag(name: string, change: object): Recorded {
  return post(`tag: ${name}`, "runs/set-tag", { run_id, key: "t", value: "1", ...change });
}

function batch(name: string, body: object): Recorded {
  return post(`batch: ${name}`, "runs/log-batch", { run_id, ...body });
}

function pairs(count: number, key: string): object[] {
  return Array.from({ length: count }, (_, i) => ({ key: `${key}${i}`, value: "1" }));
}

function points(count: number, key: string): object[] {
  return Array.from({ length: count }, (_, i) => ({ key, value: i, timestamp: 1_700_000_000_000 + i, step: i }));
}

/** A request whose body is written by hand, for what JSON has no word for. */
function bare(name: string, path: string, text: string): Recorded {
  return { name, method: "POST", path: `/api/2.0/mlflow/${path}`, text };
}

/** Names that MLflow's rule takes or refuses, of metrics, params and tags alike. */
const KEYS: Readonly<Record<string, string>> = {
  "with an at sign": "recall@10",
  "with every sign that may be": "a_b/c.d-e f:g",
  "in another script": "ketepatan/مقياس",
  "of 250 characters": "k".repeat(250),
  "of 251 characters": "k".repeat(251),
  "of 250 characters in another script": "م".repeat(250),
  "that leads out": "../x",
  "that leads down and up": "a/../b",
  "from the root": "/a",
  "with a slash at its end": "a/",
  "with two slashes": "a//b",
  "that is a dot": ".",
  "with a flower": "🌸",
  "with a line break": "a\nb",
  "that objects inherit": "__proto__",
};

/** What is logged to runs: points, params, tags, batches, data sets. */
export const ODD_LOGGING: readonly Recorded[] = [
  newRun("log"),
  newRun("loose"),
  ...Object.entries(KEYS).flatMap(([name, key]) => [
    metric(`a name ${name}`, { key }),
    param(`a name ${name}`, { key }),
    tag(`a name ${name}`, { key }),
  ]),
  metric("no name", { key: undefined }),
  metric("an empty name", { key: "" }),
  metric("no value", { value: undefined }),
  metric("no time", { timestamp: undefined }),
  metric("no step", { step: undefined, key: "nostep" }),
  metric("no run", { run_id: undefined }),
  metric("a run that is not there", { run_id: GONE }),
  metric("a run by its old name", { run_id: undefined, run_uuid: run_id, key: "old" }),
  ...["NaN", "Infinity", "-Infinity", "nan", "inf", "1.5", "1e3", "", "abc", "0x10"].map((value) =>
    metric(`the text ${JSON.stringify(value)}`, { value, key: `text ${value.replace(/[^a-zA-Z0-9.]/g, "")}` }),
  ),
  metric("a boolean", { ...elsewhere, value: true }),
  metric("null", { value: null, key: "null" }),
  metric("a list", { value: [1], key: "list" }),
  metric("a number beyond single precision", { value: 1e300, key: "large" }),
  metric("the smallest number", { value: 5e-324, key: "small" }),
  metric("minus zero", { value: -0, key: "minus zero" }),
  metric("a fractional step", { ...elsewhere, step: 1.5 }),
  metric("a step that is text", { step: "7", key: "textstep" }),
  metric("a step that is a word", { step: "seven" }),
  metric("a negative step", { step: -3, key: "negative" }),
  metric("a fractional time", { ...elsewhere, timestamp: 1.5 }),
  metric("a negative time", { timestamp: -5, key: "negative time" }),
  metric("a time that is text", { timestamp: "1700000000000", key: "texttime" }),
  metric("a time that is a word", { timestamp: "now" }),
  metric("a field that nobody knows", { colour: "red", key: "unknown" }),
  bare("metric: a bare NaN", "runs/log-metric", `{"run_id":"${run_id}","key":"bare","value":NaN,"timestamp":1}`),
  metric("the same again", {}),
  metric("another value at that step", { value: 2 }),
  metric("an earlier step", { value: 9, step: -1 }),
  get("the curve after that", "metrics/get-history", `run_id=${run_id}&metric_key=m`),

  param("the same again", {}),
  param("another value", { value: "2" }),
  param("an empty value", { key: "empty", value: "" }),
  param("no value", { key: "none", value: undefined }),
  param("a number", { key: "number", value: 5 }),
  param("null", { key: "null", value: null }),
  param("no name", { key: undefined }),
  param("an empty name", { key: "" }),
  param("no run", { run_id: undefined }),
  param("a run that is not there", { run_id: GONE }),
  param("6000 characters", { key: "p6000", value: "v".repeat(6000) }),
  param("6001 characters", { key: "p6001", value: "v".repeat(6001) }),
  param("flowers beyond the limit", { key: "flowers", value: "🌸".repeat(6001) }),
  param("line breaks", { key: "lines", value: "a\r\nbc" }),

  tag("another value", { value: "2" }),
  tag("an empty value", { key: "empty", value: "" }),
  tag("no value", { key: "none", value: undefined }),
  tag("a number", { key: "number", value: 5 }),
  tag("no name", { key: undefined }),
  tag("an empty name", { key: "" }),
  tag("a run that is not there", { run_id: GONE }),
  tag("8001 characters", { key: "t8001", value: "v".repeat(8001) }),
  tag("the name of the run", { key: "mlflow.runName", value: "renamed" }),
  post("take away a tag that a run has not", "runs/delete-tag", { run_id, key: "nowhere" }),
  post("take away a run's tag without a key", "runs/delete-tag", { run_id }),
  post("take away a tag of a run that is not there", "runs/delete-tag", { run_id: GONE, key: "t" }),
  get("the run with its names and values", "runs/get", `run_id=${run_id}`),

  newRun("batch"),
  ...[
    batch("nothing", {}),
    batch("no run", { run_id: undefined }),
    batch("a run that is not there", { run_id: GONE }),
    batch("1000 points", { metrics: points(1000, "thousand") }),
    batch("1001 points", { metrics: points(1001, "more") }),
    batch("100 params", { params: pairs(100, "p") }),
    batch("101 params", { params: pairs(101, "q") }),
    batch("100 tags", { tags: pairs(100, "t") }),
    batch("101 tags", { tags: pairs(101, "u") }),
    batch("1001 of all kinds", { metrics: points(950, "all"), params: pairs(51, "all") }),
    batch("a param twice", { params: [...pairs(1, "twice"), ...pairs(1, "twice")] }),
    batch("a param twice with two values", { params: [...pairs(1, "two"), { key: "two0", value: "2" }] }),
    batch("a tag twice", { tags: [...pairs(1, "tag twice"), { key: "tag twice0", value: "2" }] }),
    batch("a param's other value beside a point", {
      params: [{ key: "p0", value: "2" }],
      metrics: points(1, "beside"),
      tags: pairs(1, "beside"),
    }),
    batch("a bad name beside a good one", { metrics: [...points(1, "good"), ...points(1, "bad@")] }),
    batch("a point without a value", { metrics: [{ key: "a", timestamp: 1, step: 0 }] }),
    batch("a point without a time", { metrics: [{ key: "a", value: 1, step: 0 }] }),
    batch("a point without a step", { metrics: [{ key: "no step", value: 1, timestamp: 1 }] }),
    batch("a point that is a number", { metrics: [3] }),
    batch("points that are text", { metrics: "x" }),
    batch("points that are null", { metrics: null }),
    batch("a param without a value", { params: [{ key: "a" }] }),
    batch("a param without a name", { params: [{ value: "a" }] }),
    batch("a tag without a name", { tags: [{ value: "a" }] }),
    batch("a param of 6001 characters", { params: [{ key: "long", value: "v".repeat(6001) }] }),
    batch("points out of order", {
      metrics: [5, 1, 3].map((step) => ({ key: "order", value: step, timestamp: 1, step })),
    }),
    batch("NaN twice in one batch", {
      metrics: [0, 1].map((step) => ({ key: "nans", value: "NaN", timestamp: 1, step })),
    }),
    batch("equal points in one batch", { metrics: [...points(2, "equal"), ...points(2, "equal")] }),
    get("the run with its batches", "runs/get", "run_id={run:batch}"),
  ].map((request) => JSON.parse(JSON.stringify(request).replaceAll("{run:log}", "{run:batch}")) as Recorded),
  ...dataSets(),
];

function dataSets(): Recorded[] {
  const dataset = { name: "d", digest: "1", source: "s", source_type: "local" };
  const log = (name: string, datasets: unknown, run = "data"): Recorded =>
    post(`data: ${name}`, "runs/log-inputs", { run_id: `{run:${run}}`, datasets });
  const without = (field: string): Recorded =>
    log(`no ${field}`, [{ dataset: { ...dataset, name: `no ${field}`, [field]: undefined } }], "loose-data");
  return [
    newRun("data"),
    newExperiment("loose-data"),
    newRun("loose-data", { experiment_id: "{experiment:loose-data}" }),
    log("nothing", undefined),
    log("an empty list", []),
    log("one", [{ dataset }]),
    log("the same again with a tag", [{ dataset, tags: [{ key: "mlflow.data.context", value: "eval" }] }]),
    log("another use of it", [{ dataset, tags: [{ key: "mlflow.data.context", value: "training" }] }]),
    log("no dataset", [{}], "loose-data"),
    ...["name", "digest", "source", "source_type"].map(without),
    log("a digest of 37 characters", [{ dataset: { ...dataset, digest: "x".repeat(37) } }]),
    log("a name of 501 characters", [{ dataset: { ...dataset, name: "x".repeat(501) } }]),
    log("a tag of 501 characters", [{ dataset, tags: [{ key: "a", value: "x".repeat(501) }] }]),
    log("a tag without a key", [{ dataset, tags: [{ value: "x" }] }], "loose-data"),
    post("data: a run that is not there", "runs/log-inputs", { run_id: GONE, datasets: [{ dataset }] }),
    post("data: no run", "runs/log-inputs", { datasets: [{ dataset }] }),
    get("the run with its data", "runs/get", "run_id={run:data}"),
    asPage(post("data: what an experiment used", "experiments/search-datasets", { experiment_ids: ["0"] })),
    asPage(post("data: of no experiment", "experiments/search-datasets", { experiment_ids: [] })),
    asPage(post("data: of 21 experiments", "experiments/search-datasets", { experiment_ids: Array(21).fill("0") })),
  ];
}
