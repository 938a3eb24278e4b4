import type { Recorded } from "./replay.ts";
import { get, newExperiment, newRun, post } from "./requests.ts";

const GONE = "0".repeat(32);
const RUN = "{run:odd}";

/** Runs: how they are made, read, changed, deleted and restored. */
export const ODD_RUNS: readonly Recorded[] = [
  newExperiment("runs"),
  newRun("odd"),
  newRun("deleted"),
  post("a run with nothing said", "runs/create", {}),
  post("a run in an experiment that is not there", "runs/create", { experiment_id: "987654" }),
  post("a run in an experiment by letters", "runs/create", { experiment_id: "abc" }),
  post("a run whose experiment is a number", "runs/create", { experiment_id: 0, start_time: 1 }),
  post("a run with two names", "runs/create", {
    experiment_id: "0",
    run_name: "a",
    tags: [{ key: "mlflow.runName", value: "b" }],
  }),
  post("a run with one name twice", "runs/create", {
    experiment_id: "0",
    start_time: 1,
    run_name: "a",
    tags: [{ key: "mlflow.runName", value: "a" }],
  }),
  post("a run named by its tag", "runs/create", {
    experiment_id: "0",
    start_time: 1,
    tags: [{ key: "mlflow.runName", value: "by tag" }],
  }),
  post("a run without a name", "runs/create", { experiment_id: "0", start_time: 1, user_id: "tester" }),
  post("a run whose start is text", "runs/create", { experiment_id: "0", start_time: "1700000000000", run_name: "t" }),
  post("a run whose start is a fraction", "runs/create", { experiment_id: "0", start_time: 1.5, run_name: "t" }),
  post("a run whose start is a word", "runs/create", { experiment_id: "0", start_time: "now", run_name: "t" }),
  post("a run with a tag that is text", "runs/create", { experiment_id: "0", tags: ["x"] }),
  post("a run with a tag without a key", "runs/create", { experiment_id: "0", tags: [{ value: "x" }] }),
  post("a run with a name in another script", "runs/create", {
    experiment_id: "0",
    start_time: 1,
    run_name: "جاوي 🌸",
  }),
  post("a run with a name of 6000 characters", "runs/create", {
    experiment_id: "{experiment:runs}",
    start_time: 1,
    run_name: "n".repeat(6000),
  }),

  get("get a run without an id", "runs/get"),
  get("get a run that is not there", "runs/get", `run_id=${GONE}`),
  get("get a run by an odd id", "runs/get", "run_id=..%2Fx"),
  get("get a run by its old name", "runs/get", `run_uuid=${RUN}`),

  post("update nothing", "runs/update", { run_id: RUN }),
  post("update to an unknown word", "runs/update", { run_id: RUN, status: "DONE" }),
  post("update to a number of a status", "runs/update", { run_id: RUN, status: 3 }),
  post("update to a status that is none", "runs/update", { run_id: RUN, status: 17 }),
  post("update to an empty name", "runs/update", { run_id: RUN, run_name: "" }),
  post("update to a name in another script", "runs/update", { run_id: RUN, run_name: "nama 🌸" }),
  post("update an end that is text", "runs/update", { run_id: RUN, status: "FINISHED", end_time: "1700000001000" }),
  post("update an end that is a word", "runs/update", { run_id: RUN, status: "FINISHED", end_time: "soon" }),
  post("update an end before the start", "runs/update", { run_id: RUN, status: "FINISHED", end_time: 5 }),
  post("update back to running", "runs/update", { run_id: RUN, status: "RUNNING" }),
  post("update a run that is not there", "runs/update", { run_id: GONE, status: "FINISHED" }),
  post("update without an id", "runs/update", { status: "FINISHED" }),
  get("the run after all that", "runs/get", `run_id=${RUN}`),

  post("delete a run", "runs/delete", { run_id: "{run:deleted}" }),
  post("delete a run again", "runs/delete", { run_id: "{run:deleted}" }),
  post("delete a run that is not there", "runs/delete", { run_id: GONE }),
  post("delete a run without an id", "runs/delete", {}),
  get("get a deleted run", "runs/get", "run_id={run:deleted}"),
  post("update a deleted run", "runs/update", { run_id: "{run:deleted}", status: "FINISHED" }),
  post("log a metric to a deleted run", "runs/log-metric", {
    run_id: "{run:deleted}",
    key: "m",
    value: 1,
    timestamp: 1,
  }),
  post("log a param to a deleted run", "runs/log-parameter", { run_id: "{run:deleted}", key: "p", value: "1" }),
  post("tag a deleted run", "runs/set-tag", { run_id: "{run:deleted}", key: "t", value: "1" }),
  post("take a tag from a deleted run", "runs/delete-tag", { run_id: "{run:deleted}", key: "mlflow.runName" }),
  post("a batch to a deleted run", "runs/log-batch", { run_id: "{run:deleted}", tags: [{ key: "t", value: "1" }] }),
  post("data of a deleted run", "runs/log-inputs", {
    run_id: "{run:deleted}",
    datasets: [{ dataset: { name: "d", digest: "1", source: "s", source_type: "local" } }],
  }),
  get("the curve of a deleted run", "metrics/get-history", "run_id={run:deleted}&metric_key=m"),
  get("the files of a deleted run", "artifacts/list", "run_id={run:deleted}"),
  post("restore a run", "runs/restore", { run_id: "{run:deleted}" }),
  post("restore it again", "runs/restore", { run_id: "{run:deleted}" }),
  post("restore a run that is not there", "runs/restore", { run_id: GONE }),
  post("restore a run without an id", "runs/restore", {}),
  get("the restored run", "runs/get", "run_id={run:deleted}"),
];
