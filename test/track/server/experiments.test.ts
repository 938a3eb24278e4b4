import assert from "node:assert/strict";
import { test } from "node:test";
import { type Json, serve } from "./serve.ts";

test("an experiment is made, read by id and name, renamed and tagged", async (t) => {
  const { post, get } = await serve(t);
  const { experiment_id } = (await post("experiments/create", { name: "e", tags: [{ key: "team", value: "nlp" }] }))
    .json;
  const { experiment } = (await get("experiments/get", { experiment_id })).json;
  assert.deepEqual(
    [experiment.name, experiment.lifecycle_stage, experiment.tags],
    ["e", "active", [{ key: "team", value: "nlp" }]],
  );
  assert.equal(experiment.artifact_location, `mlflow-artifacts:/${experiment_id}`);
  await post("experiments/update", { experiment_id, new_name: "f" });
  assert.equal(
    (await get("experiments/get-by-name", { experiment_name: "f" })).json.experiment.experiment_id,
    experiment_id,
  );
  assert.equal((await get("experiments/get-by-name", { experiment_name: "e" })).status, 404);
  await post("experiments/set-experiment-tag", { experiment_id, key: "team", value: "ir" });
  await post("experiments/delete-experiment-tag", { experiment_id, key: "team" });
  assert.equal((await post("experiments/delete-experiment-tag", { experiment_id, key: "team" })).status, 404);
  assert.deepEqual((await get("experiments/get", { experiment_id })).json.experiment.tags, []);
});

test("a name is taken once, in deleted experiments too, and has 1 to 500 characters", async (t) => {
  const { post } = await serve(t);
  const { experiment_id } = (await post("experiments/create", { name: "e" })).json;
  await post("experiments/delete", { experiment_id });
  for (const [path, body] of [
    ["create", { name: "e" }],
    ["create", { name: "Default" }],
  ] as const)
    assert.equal((await post(`experiments/${path}`, body)).json.error_code, "RESOURCE_ALREADY_EXISTS");
  assert.equal(
    (await post("experiments/update", { experiment_id: "0", new_name: "e" })).json.error_code,
    "RESOURCE_ALREADY_EXISTS",
  );
  for (const name of ["", null, 5, "x".repeat(501)])
    assert.equal((await post("experiments/create", { name })).json.error_code, "INVALID_PARAMETER_VALUE", String(name));
  assert.equal((await post("experiments/create", { name: "x".repeat(500) })).status, 200);
});

test("of two clients that make one name at once, one does", async (t) => {
  const { post } = await serve(t);
  const answers = await Promise.all(Array.from({ length: 6 }, () => post("experiments/create", { name: "same" })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400, 400, 400, 400]);
});

test("runs go and come with their experiment; one that was deleted before stays deleted", async (t) => {
  const { post, get } = await serve(t);
  const { experiment_id } = (await post("experiments/create", { name: "e" })).json;
  const make = async (): Promise<string> => (await post("runs/create", { experiment_id })).json.run.info.run_id;
  const [kept, gone] = [await make(), await make()];
  await post("runs/delete", { run_id: gone });
  await post("experiments/delete", { experiment_id });
  assert.equal((await get("experiments/get", { experiment_id })).json.experiment.lifecycle_stage, "deleted");
  const stage = async (run_id: string): Promise<string> =>
    (await get("runs/get", { run_id })).json.run.info.lifecycle_stage;
  assert.equal(await stage(kept), "deleted");
  for (const [path, body] of [
    ["runs/create", { experiment_id }],
    ["experiments/update", { experiment_id, new_name: "x" }],
    ["experiments/set-experiment-tag", { experiment_id, key: "a", value: "b" }],
  ] as const)
    assert.equal((await post(path, body)).json.error_code, "INVALID_PARAMETER_VALUE", path);
  assert.equal((await post("experiments/delete", { experiment_id })).status, 404);
  await post("experiments/restore", { experiment_id });
  assert.deepEqual([await stage(kept), await stage(gone)], ["active", "deleted"]);
  assert.equal((await post("experiments/restore", { experiment_id })).status, 404);
});

test("files may go elsewhere when the client sees to it, and not out of the store's folder", async (t) => {
  const { post } = await serve(t);
  const make = (name: string, artifact_location: string): Promise<{ status: number; json: Json }> =>
    post("experiments/create", { name, artifact_location });
  const { experiment_id } = (await make("s3", "s3://bucket/folder/")).json;
  const { info } = (await post("runs/create", { experiment_id })).json.run;
  assert.equal(info.artifact_uri, `s3://bucket/folder/${info.run_id}/artifacts`);
  for (const location of [
    "mlflow-artifacts:/../x",
    "mlflow-artifacts:/a/./b",
    "mlflow-artifacts:/a/%2e%2e",
    "runs:/abc",
    "no scheme",
    "s3://b?x=1",
  ])
    assert.equal((await make("bad", location)).json.error_code, "INVALID_PARAMETER_VALUE", location);
});

test("data sets are noted, found by filters and summed up", async (t) => {
  const { post } = await serve(t);
  const { experiment_id } = (await post("experiments/create", { name: "e" })).json;
  const { run_id } = (await post("runs/create", { experiment_id })).json.run.info;
  const dataset = { name: "wiki", digest: "abc", source: "{}", source_type: "local", schema: "{}" };
  await post("runs/log-inputs", {
    run_id,
    datasets: [{ dataset, tags: [{ key: "mlflow.data.context", value: "training" }] }],
  });
  const found = async (filter: string): Promise<number> =>
    (await post("runs/search", { experiment_ids: [experiment_id], filter })).json.runs.length;
  assert.equal(await found("dataset.name = 'wiki' and dataset.context = 'training'"), 1);
  assert.equal(await found("dataset.context = 'eval'"), 0);
  assert.deepEqual((await post("experiments/search-datasets", { experiment_ids: [experiment_id] })).json, {
    dataset_summaries: [{ experiment_id, name: "wiki", digest: "abc", context: "training" }],
  });
});
