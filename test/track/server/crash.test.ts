import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../../../src/base/random.ts";
import { openStore } from "../../../src/track/openStore.ts";
import { outcome, scratch, startChild } from "../scratch.ts";
import { head, open } from "./raw.ts";
import type { Json } from "./serve.ts";

const TRIALS = process.env.SULAM_SLOW ? 20 : 5;

/** A server in a process of its own. */
async function startServing(
  t: TestContext,
  dir: string,
): Promise<{ url: string; child: ChildProcess; ended: Promise<unknown> }> {
  const child = startChild("serve", dir);
  t.after(() => child.kill("SIGKILL"));
  let tell: (url: string) => void = () => {};
  const said = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const ended = outcome(child, (text) => text.includes("\n") && tell(text.trim()));
  return { url: await said, child, ended };
}

const post = async (url: string, path: string, body: unknown): Promise<Json> => {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/api/2.0/mlflow/${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  const json = await response.json();
  assert.equal(response.status, 200, JSON.stringify(json));
  return json;
};
const newRun = async (url: string): Promise<string> =>
  (await post(url, "runs/create", { experiment_id: "0" })).run.info.run_id;
const batch = (call: number): object[] =>
  Array.from({ length: 50 }, (_, i) => ({ key: "loss", value: i, timestamp: 1, step: 50 * call + i }));

test(`kill -9 of the server loses no acknowledged batch and tears none (${TRIALS} trials)`, async (t) => {
  const dir = scratch(t);
  const random = new Random(1);
  for (let trial = 0; trial < TRIALS; trial++) {
    const { url, child, ended } = await startServing(t, dir);
    const run_id = await newRun(url);
    let acknowledged = 0;
    const client = (async () => {
      for (;;) {
        await post(url, "runs/log-batch", { run_id, metrics: batch(acknowledged) });
        acknowledged++;
      }
    })().catch(() => {});
    await sleep(random.int(150));
    child.kill("SIGKILL");
    await ended;
    await client;
    const store = openStore({ dir });
    const points = store.history(run_id, "loss").length;
    store.close();
    assert.ok(points >= 50 * acknowledged, `${acknowledged} calls returned, ${points} points are there`);
    assert.equal(points % 50, 0, "a torn batch");
  }
});

test("kill -9 in the midst of an upload leaves the file that was there, and the next server serves it", async (t) => {
  const dir = scratch(t);
  const first = await startServing(t, dir);
  const run = await newRun(first.url);
  const path = `/api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/model.bin`;
  await fetch(first.url + path, { method: "PUT", body: "the old one" });
  const socket = open(first.url);
  socket.on("error", () => {});
  socket.write(head("PUT", path, { "Content-Length": "10000000" }));
  socket.write("y".repeat(3_000_000));
  const incoming = join(dir, "artifacts/.incoming");
  const sizes = (): number[] => readdirSync(incoming).map((name) => statSync(join(incoming, name)).size);
  while (!sizes().some((size) => size > 1_000_000)) await sleep(5);
  first.child.kill("SIGKILL");
  await first.ended;
  const second = await startServing(t, dir);
  assert.equal(await (await fetch(second.url + path)).text(), "the old one");
  const listed = await fetch(`${second.url}/api/2.0/mlflow/artifacts/list?run_id=${run}`);
  assert.deepEqual(((await listed.json()) as Json).files, [{ path: "model.bin", is_dir: false, file_size: 11 }]);
  await fetch(second.url + path, { method: "PUT", body: "a new one" });
  assert.equal(await (await fetch(second.url + path)).text(), "a new one");
});

test("two servers and a program that writes by itself share one store", async (t) => {
  const dir = scratch(t);
  const servers = await Promise.all([startServing(t, dir), startServing(t, dir)]);
  const run_id = await newRun(servers[0].url);
  const writer = outcome(startChild("writer", dir, "100"));
  const clients = servers.flatMap(({ url }, s) =>
    [0, 1].map(async (c) => {
      for (let call = 0; call < 25; call++) {
        const metrics = batch(call).map((point) => ({ ...point, key: `m${s}${c}` }));
        await post(url, "runs/log-batch", { run_id, metrics, tags: [{ key: "shared", value: `${s}${c}` }] });
      }
    }),
  );
  const path = `/api/2.0/mlflow-artifacts/artifacts/0/${run_id}/artifacts/f`;
  const uploads = servers.flatMap(({ url }) =>
    Array.from({ length: 10 }, (_, i) => fetch(url + path, { method: "PUT", body: "x".repeat(i * 1000) })),
  );
  await Promise.all([...clients, ...uploads]);
  const { code, stderr } = await writer;
  assert.equal(code, 0, stderr);
  const store = openStore({ dir });
  for (const key of ["m00", "m01", "m10", "m11"]) assert.equal(store.history(run_id, key).length, 25 * 50, key);
  const [alone] = store.runs({ status: "FINISHED" });
  assert.equal(store.history(alone.runId, "loss").length, 1000);
  const [file] = store.artifacts(run_id);
  assert.equal(file.size, store.readArtifact(run_id, "f").length, "what is listed is not what is there");
  store.close();
});
