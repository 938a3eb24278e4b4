import type { Recorded } from "./replay.ts";
import { asPage, get, newExperiment, newRun, post } from "./requests.ts";

const EXPERIMENT = "{experiment:search}";
const GONE = "0".repeat(32);

/** Four runs that filters and orders tell apart. */
const RUNS: readonly Recorded[] = [
  { loss: 0.5, lr: "0.1", tag: "satu", status: "FINISHED" },
  { loss: 0.25, lr: "0.01", tag: "dua", status: "FAILED" },
  { loss: "NaN", lr: "0.1", tag: "Dua", status: "RUNNING" },
  { loss: 2, lr: undefined, tag: undefined, status: "FINISHED" },
].flatMap(({ loss, lr, tag, status }, i) => {
  const [id, start_time] = [`s${i}`, 1_700_000_000_000 + i];
  const run_id = `{run:${id}}`;
  return [
    newRun(id, { experiment_id: EXPERIMENT, start_time, run_name: `Run ${i}` }),
    post(`what is logged to ${id}`, "runs/log-batch", {
      run_id,
      metrics: [
        { key: "loss", value: loss, timestamp: 1_700_000_000_000, step: 1 },
        { key: "recall at/10", value: i, timestamp: 1_700_000_000_000, step: 1 },
      ],
      params: lr === undefined ? [] : [{ key: "lr", value: lr }],
      tags: tag === undefined ? [] : [{ key: "my tag", value: tag }],
    }),
    post(`the end of ${id}`, "runs/update", { run_id, status, end_time: start_time + 1000 * (4 - i) }),
  ];
});

/** Filters, good and bad. */
const FILTERS: readonly string[] = [
  "metrics.loss < 0.5",
  "metrics.loss <= 0.5 and params.lr = '0.1'",
  "metrics.loss != 0.5",
  "metric.loss > .3",
  "metrics.`recall at/10` >= 2",
  'metrics."recall at/10" = 3',
  "metrics.loss = 'NaN'",
  "metrics.loss > -1e-3",
  "metrics.none > 0",
  "params.lr = '0.1'",
  'params.lr != "0.1"',
  "params.lr LIKE '0.%'",
  "params.lr > '0'",
  "params.lr = 0.1",
  "params.lr IN ('0.1', '0.01')",
  "param.lr = '0.1' AND parameters.lr = '0.1'",
  "tags.`my tag` = 'dua'",
  "tags.`my tag` ILIKE 'DUA'",
  "tags.`my tag` LIKE 'D__'",
  "tags.`my tag` != 'dua'",
  "tag.nowhere = 'x'",
  "attributes.status = 'FINISHED'",
  "status != 'finished'",
  "attribute.run_name LIKE 'Run%'",
  "attributes.`run name` = 'Run 1'",
  "`Run Name` = 'Run 1'",
  "run_name = 'Run 0' and attributes.start_time >= 1700000000000",
  "start_time > 1700000000001",
  "attributes.end_time < 1700000003500",
  "start_time > 'soon'",
  "created = 1700000000001",
  "user_id = 'tester'",
  "attributes.artifact_uri LIKE 'mlflow-artifacts%'",
  "run_id IN ('{run:s0}', '{run:s3}')",
  "run_id NOT IN ('{run:s0}')",
  "attributes.run_id = '{run:s2}'",
  "run_id LIKE '{run:s2}'",
  "metrics.loss IN (0.5)",
  "status IN ('FINISHED', 'FAILED')",
  "metrics.loss < 1 OR metrics.loss > 1",
  "NOT metrics.loss < 1",
  "(metrics.loss < 1)",
  "metrics.loss < 1 and",
  "and metrics.loss < 1",
  "metrics.loss",
  "metrics.loss <",
  "< 1",
  "metrics.loss < abc",
  "metrics.loss < '1'",
  "metrics.loss LIKE '1%'",
  "loss < 1",
  "foo.loss < 1",
  "metrics.loss < 1; DROP TABLE runs",
  "params.lr = '0.1",
  "params.lr == '0.1'",
  "params.lr IS NULL",
  "tags.`my tag` IS NOT NULL",
  "params. = 'x'",
  "metrics.loss<0.5 and metrics.loss>0.1",
  "  metrics.loss   <   0.5  ",
  "tags.\"mlflow.runName\" = 'Run 1'",
  "tags.mlflow.runName = 'Run 1'",
  "dataset.name = 'd'",
  "datasets.digest LIKE 'a%'",
  "dataset.foo = 'd'",
  "dataset.name IN ('d', 'e')",
  "params.lr = 'O''Brien'",
  "params.lr = ''",
  "attributes.status = 'NONSENSE'",
];

const ORDERS: readonly string[][] = [
  ["metrics.loss"],
  ["metrics.loss ASC"],
  ["metrics.loss desc"],
  ["metrics.`recall at/10` DESC"],
  ["params.lr", "attributes.start_time DESC"],
  ["tags.`my tag` DESC"],
  ["start_time"],
  ["attributes.end_time ASC"],
  ["attributes.run_name DESC"],
  [],
  ["status", "start_time ASC"],
  ["metrics.loss UP"],
  ["metrics.loss ASC DESC"],
  ["foo.loss"],
  ["nowhere"],
  [""],
  ["metrics.none ASC"],
];

function search(name: string, change: object): Recorded {
  return post(name, "runs/search", {
    experiment_ids: [EXPERIMENT],
    order_by: ["attributes.start_time ASC"],
    ...change,
  });
}

/** Searches, pages, curves. */
export const ODD_SEARCHES: readonly Recorded[] = [
  newExperiment("search"),
  ...RUNS,
  ...FILTERS.map((filter) => search(`filter ${filter}`, { filter })),
  ...ORDERS.map((order_by) => search(`order ${JSON.stringify(order_by)}`, { order_by })),
  search("no experiments", { experiment_ids: undefined }),
  search("an empty list of experiments", { experiment_ids: [] }),
  search("an experiment that is not there", { experiment_ids: ["987654"] }),
  search("an experiment by letters", { experiment_ids: ["abc"] }),
  search("experiments that are numbers", { experiment_ids: [0] }),
  search("experiments that are text", { experiment_ids: EXPERIMENT }),
  ...[0, -1, 1, 50_000, 50_001, "2", "x", 1.5, null].map((max_results) =>
    search(`max_results ${JSON.stringify(max_results)}`, { max_results }),
  ),
  ...["ACTIVE_ONLY", "DELETED_ONLY", "ALL", "active_only", "SOME", 2, 9].map((run_view_type) =>
    search(`view ${JSON.stringify(run_view_type)}`, { run_view_type }),
  ),
  search("a page token that is nonsense", { page_token: "nonsense" }),
  search("a page token that is empty", { page_token: "" }),
  search("a page token that is a number", { page_token: 5 }),
  { ...search("the first page", { max_results: 3 }), keep: { "page:runs": "next_page_token" } },
  search("the second page", { max_results: 3, page_token: "{page:runs}" }),
  search("a filter that is a number", { filter: 5 }),
  search("an order that is text", { order_by: "start_time" }),

  ...experimentSearches(),
  ...curves(),
];

function experimentSearches(): Recorded[] {
  const find = (name: string, body: object): Recorded => post(`experiments: ${name}`, "experiments/search", body);
  const few = { filter: "name LIKE 's%'", max_results: 10 };
  return [
    find("no max_results", { filter: "name = 'search'" }),
    find("max_results 0", { max_results: 0 }),
    find("max_results -1", { max_results: -1 }),
    find("max_results 50001", { max_results: 50_001 }),
    ...[
      "name = 'search'",
      "name != 'search' and name LIKE 'sea%'",
      "name ILIKE 'SEARCH'",
      "attribute.name = 'search'",
      "tags.team = 'nlp'",
      "tags.`team` LIKE 'n%'",
      "creation_time < 5",
      "last_update_time > 'x'",
      "experiment_id = '0'",
      "name > 'a'",
      "name IN ('search')",
      "foo = 'x'",
      "name = search",
      "name = 'search' OR name = 'odd'",
      "metrics.loss < 1",
    ].map((filter) => find(`filter ${filter}`, { filter, max_results: 10 })),
    ...[["name DESC"], ["experiment_id"], ["creation_time ASC", "name"], ["tags.team"], ["foo"], ["name UP"]].map(
      (order_by) => find(`order ${order_by}`, { ...few, order_by }),
    ),
    find("deleted ones", { view_type: "DELETED_ONLY", max_results: 10 }),
    find("a view that is none", { view_type: "SOME", max_results: 10 }),
    find("a token that is nonsense", { page_token: "x", max_results: 10 }),
    get("experiments: by GET", "experiments/search", "max_results=10&filter=name%20%3D%20%27search%27"),
    get(
      "experiments: by GET with two orders",
      "experiments/search",
      "max_results=2&order_by=name&order_by=experiment_id",
    ),
  ];
}

function curves(): Recorded[] {
  const curve = (name: string, query: string): Recorded => get(`curve: ${name}`, "metrics/get-history", query);
  const bulk = (name: string, query: string): Recorded =>
    asPage(get(`bulk: ${name}`, "metrics/get-history-bulk", query));
  const cut = (name: string, query: string): Recorded =>
    get(`cut: ${name}`, "metrics/get-history-bulk-interval", query);
  const one = "run_id={run:batch}&metric_key=thousand";
  const cutOne = "run_ids={run:batch}&metric_key=thousand";
  return [
    curve("whole", one),
    { ...curve("first page", `${one}&max_results=10`), keep: { "page:curve": "next_page_token" } },
    curve("second page", `${one}&max_results=10&page_token={page:curve}`),
    curve("max_results 0", `${one}&max_results=0`),
    curve("max_results -1", `${one}&max_results=-1`),
    curve("max_results x", `${one}&max_results=x`),
    curve("a token that is nonsense", `${one}&max_results=10&page_token=nonsense`),
    curve("no key", "run_id={run:batch}"),
    curve("no run", "metric_key=m"),
    curve("a run that is not there", `run_id=${GONE}&metric_key=m`),
    curve("a key that is not there", "run_id={run:batch}&metric_key=none"),
    // Of one run: several come by their ids, which are chance.
    bulk("one run", "run_id={run:s0}&metric_key=loss"),
    bulk("few", `${one}&max_results=3`),
    bulk("max_results 0", `${one}&max_results=0`),
    bulk("no runs", "metric_key=loss"),
    bulk("no key", "run_id={run:s0}"),
    bulk("a run that is not there", `run_id=${GONE}&metric_key=loss`),
    bulk("101 runs", `${Array(101).fill("run_id={run:s0}").join("&")}&metric_key=loss`),
    cut("whole", cutOne),
    cut("to 10", `${cutOne}&max_results=10`),
    cut("a part", `${cutOne}&start_step=100&end_step=110`),
    cut("a start alone", `${cutOne}&start_step=100`),
    cut("an end before the start", `${cutOne}&start_step=100&end_step=10`),
    cut("max_results 0", `${cutOne}&max_results=0`),
    cut("max_results 2501", `${cutOne}&max_results=2501`),
    cut("no runs", "metric_key=thousand"),
    cut("no key", "run_ids={run:batch}"),
    cut("a run that is not there", `run_ids=${GONE}&metric_key=m`),
    cut("101 runs", `${Array(101).fill("run_ids={run:batch}").join("&")}&metric_key=thousand`),
  ];
}
