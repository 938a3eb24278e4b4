import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { test } from "node:test";
import { cli, type Outcome, scratch } from "./cli.ts";

const room = scratch();

/** Runs `sulam ui` on a port of its own until `use` is done with it. */
async function ui(store: string, use: (url: string, child: ChildProcess) => Promise<void>): Promise<Outcome> {
  let used: Promise<void> = Promise.resolve();
  const outcome = await cli(["ui", "--port", "0", "--no-open", "--store", store], {
    meddle(child) {
      child.stdout?.once("data", (line) => {
        used = use(String(line).trim(), child).finally(() => {
          // A second signal would end it at once.
          if (!child.killed) child.kill("SIGTERM");
        });
      });
    },
  });
  await used;
  return outcome;
}

test("ui prints one line, its address, when it can be called, and makes the store", async () => {
  const { code, out, err } = await ui(`${room}/new`, async (url) => {
    assert.equal(await (await fetch(`${url}/health`)).text(), "OK");
    const answer = await fetch(`${url}/api/2.0/mlflow/experiments/get?experiment_id=0`);
    assert.equal(((await answer.json()) as { experiment: { name: string } }).experiment.name, "Default");
  });
  assert.deepEqual([code, err], [0, ""]);
  assert.match(out, /^http:\/\/127\.0\.0\.1:\d+\n$/);
});

test("a signal lets an upload come to its end and takes nothing new", async () => {
  const { code } = await ui(`${room}/graceful`, async (url, child) => {
    const headers = { "content-type": "application/json" };
    const made = await fetch(`${url}/api/2.0/mlflow/runs/create`, { method: "POST", headers, body: "{}" });
    const { run } = (await made.json()) as { run: { info: { run_id: string } } };
    const path = `/api/2.0/mlflow-artifacts/artifacts/0/${run.info.run_id}/artifacts/f`;
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(`PUT ${path} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 8\r\nConnection: close\r\n\r\nfour`);
    let answer = "";
    socket.on("data", (data) => {
      answer += data;
    });
    const closed = new Promise((resolve) => socket.on("close", resolve));
    // Once another request has been answered, the server has seen this one.
    await (await fetch(`${url}/health`)).text();
    child.kill("SIGINT");
    while (
      await fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      await new Promise((resolve) => setTimeout(resolve, 5));
    socket.write("more");
    await closed;
    assert.match(answer, /^HTTP\/1\.1 200/);
  });
  assert.equal(code, 0);
});

test("a taken port, a wrong one, and an open door without a token are each one sentence", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  const start = ["ui", "--no-open", "--store", `${room}/none`];
  const [taken, wrong, open] = await Promise.all([
    cli([...start, "--port", String(port)]),
    cli([...start, "--port", "70000"]),
    cli([...start, "--port", "0", "--host", "0.0.0.0"], { env: { SULAM_UI_TOKEN: "" } }),
  ]);
  other.close();
  assert.match(taken.err, new RegExp(`ui: port ${port} is taken\\. Choose another with .--port.`));
  assert.match(wrong.err, /whole number from 0 to 65535/);
  assert.match(open.err, /at 0\.0\.0\.0 other machines can reach the server, and it has no token\. Set SULAM_UI_TOKEN/);
  assert.deepEqual([taken.code, wrong.code, open.code], [1, 2, 1]);
  for (const { out } of [taken, wrong, open]) assert.equal(out, "");
});
