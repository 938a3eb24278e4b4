import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sweepIncoming } from "../../../src/track/receiveArtifact.ts";
import { head, open, raw, statusOf } from "./raw.ts";
import { type Json, type Served, serve } from "./serve.ts";

const PROXY = "/api/2.0/mlflow-artifacts/artifacts";
const put = (server: Served, run: string, path: string, body: RequestInit["body"]): Promise<Response> =>
  fetch(`${server.url}${PROXY}/0/${run}/artifacts/${path}`, { method: "PUT", body });
const take = (server: Served, run: string, path: string): Promise<Response> =>
  fetch(`${server.url}${PROXY}/0/${run}/artifacts/${path}`);

test("a file comes back byte by byte, listed by level, with its hash; an empty one and one in Malay, too", async (t) => {
  const server = await serve(t);
  const run = await server.run();
  const bytes = randomBytes(3_000_000);
  assert.equal((await put(server, run, "d/b.bin", bytes)).status, 200);
  await put(server, run, "d/sub/%C3%BC%20%C3%9F.txt", "deep");
  await put(server, run, "empty", "");
  const back = await take(server, run, "d/b.bin");
  assert.equal(back.headers.get("content-length"), "3000000");
  assert.ok(Buffer.from(await back.arrayBuffer()).equals(bytes), "other bytes came back");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  assert.equal(server.store.artifacts(run, "d").find(({ path }) => path === "d/b.bin")?.sha256, sha256);
  assert.equal(await (await take(server, run, "empty")).text(), "");
  const list = async (path: string): Promise<Json> =>
    (await server.get("artifacts/list", { run_id: run, path })).json.files;
  assert.deepEqual(await list(""), [
    { path: "d", is_dir: true },
    { path: "empty", is_dir: false, file_size: 0 },
  ]);
  assert.deepEqual(await list("d/"), [
    { path: "d/b.bin", is_dir: false, file_size: 3000000 },
    { path: "d/sub", is_dir: true },
  ]);
  assert.deepEqual(await list("d/sub"), [{ path: "d/sub/ü ß.txt", is_dir: false, file_size: 4 }]);
  for (const none of ["nowhere", "empty", "d/b"]) assert.deepEqual(await list(none), [], none);
  const proxied = await fetch(`${server.url}${PROXY}?path=0/${run}/artifacts/d`);
  assert.deepEqual(
    ((await proxied.json()) as Json).files.map(({ path }: { path: string }) => path),
    ["b.bin", "sub"],
  );
});

test("a later upload takes the place of an earlier one; what is deleted is gone, a folder with all in it", async (t) => {
  const server = await serve(t);
  const run = await server.run();
  for (const [path, text] of [
    ["x", "one"],
    ["x", "second"],
    ["d/a", "a"],
    ["d/e/b", "b"],
    ["d0", "c"],
    ["d-", "c"],
  ])
    await put(server, run, path, text);
  assert.equal(await (await take(server, run, "x")).text(), "second");
  const remove = (path: string): Promise<Response> =>
    fetch(`${server.url}${PROXY}/0/${run}/artifacts/${path}`, { method: "DELETE" });
  assert.equal((await remove("d")).status, 200);
  assert.deepEqual(
    server.store.artifacts(run).map(({ path }) => path),
    ["d-", "d0", "x"],
  );
  assert.equal((await take(server, run, "d/a")).status, 404);
  assert.equal(existsSync(join(server.store.dir, "artifacts/0", run, "artifacts/d/a")), false);
});

test("no path leaves the run's folder, however it is spelled", async (t) => {
  const server = await serve(t);
  const run = await server.run();
  writeFileSync(join(server.store.dir, "secret"), "secret");
  const root = `${PROXY}/0/${run}/artifacts`;
  const paths = [
    `${PROXY}/../../../../secret`,
    `${PROXY}/..%2f..%2fsecret`,
    `${PROXY}/%2e%2e/%2e%2e/secret`,
    `${PROXY}//etc/passwd`,
    `${root}/../../../../secret`,
    `${root}/..%2f..%2f..%2f..%2fsecret`,
    `${root}/a/..%2f..%2f..%2f..%2fsecret`,
    `${root}/..%5c..%5csecret`,
    `${root}/%2fetc%2fpasswd`,
    `${root}/a%00b`,
    `${root}/%ff`,
    `${root}/`,
    `${PROXY}/1/${run}/artifacts/a`,
    `${PROXY}/0/${"0".repeat(32)}/artifacts/a`,
    `${PROXY}/0/../${run}/artifacts/a`,
    `${PROXY}/.incoming/a`,
  ];
  for (const path of paths)
    for (const method of ["GET", "PUT", "DELETE"]) {
      const answer = await raw(server.url, `${head(method, path, { "Content-Length": "1" })}x`);
      assert.ok(statusOf(answer) >= 400, `${method} ${path}: ${answer.slice(0, 60)}`);
      assert.doesNotMatch(answer, /\r\n\r\n(secret|root:)/);
    }
  for (const path of ["../../../../secret", "/etc/passwd", "a/../../x", "a\\b", "."]) {
    const answer = await fetch(`${server.url}/get-artifact?run_uuid=${run}&path=${encodeURIComponent(path)}`);
    assert.ok([400, 404].includes(answer.status), path);
    assert.equal((await server.get("artifacts/list", { run_id: run, path })).status, 400, path);
  }
  assert.equal(readFileSync(join(server.store.dir, "secret"), "utf8"), "secret");
  assert.deepEqual(server.store.artifacts(run), []);
});

test("a page that somebody logged is saved by the browser, not shown", async (t) => {
  const server = await serve(t);
  const run = await server.run();
  await put(server, run, 'd/"x.html', "<script>alert(1)</script>");
  for (const response of [
    await fetch(`${server.url}/get-artifact?run_uuid=${run}&path=${encodeURIComponent('d/"x.html')}`),
    await take(server, run, "d/%22x.html"),
  ]) {
    assert.equal(await response.text(), "<script>alert(1)</script>");
    assert.equal(response.headers.get("content-type"), "application/octet-stream");
    assert.equal(response.headers.get("content-disposition"), "attachment; filename*=UTF-8''%22x.html");
    assert.equal(response.headers.get("content-security-policy"), "sandbox");
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  }
});

test("an upload that breaks off leaves nothing, and not a changed file", async (t) => {
  const server = await serve(t);
  const run = await server.run();
  await put(server, run, "x", "whole");
  const incoming = join(server.store.dir, "artifacts/.incoming");
  const socket = open(server.url);
  socket.write(head("PUT", `${PROXY}/0/${run}/artifacts/x`, { "Content-Length": "1000000" }));
  socket.write("y".repeat(100_000));
  await until(() => readdirSync(incoming).length === 1);
  socket.destroy();
  await until(() => readdirSync(incoming).length === 0);
  assert.equal(await (await take(server, run, "x")).text(), "whole");
});

test("a deleted run takes no file; one whose files lie elsewhere is told so", async (t) => {
  const server = await serve(t);
  const run = await server.run();
  server.store.deleteRun(run);
  assert.equal((await put(server, run, "x", "1")).status, 400);
  const { experiment_id } = (await server.post("experiments/create", { name: "s3", artifact_location: "s3://b" })).json;
  const there = (await server.post("runs/create", { experiment_id })).json.run.info.run_id;
  const answer = await fetch(`${server.url}${PROXY}/${experiment_id}/${there}/artifacts/x`, {
    method: "PUT",
    body: "1",
  });
  assert.equal(answer.status, 404);
  assert.match(((await answer.json()) as Json).message, /lie at s3:\/\/b/);
});

test("a file where a folder should be is the client's mistake", async (t) => {
  const server = await serve(t);
  const run = await server.run();
  await put(server, run, "a", "file");
  assert.equal((await put(server, run, "a/b", "x")).status, 400);
  await put(server, run, "d/b", "x");
  assert.equal((await put(server, run, "d", "x")).status, 400);
  assert.deepEqual(
    server.store.artifacts(run).map(({ path }) => path),
    ["a", "d/b"],
  );
});

test("what dead uploads left goes after an hour of silence, what is still coming in stays", async (t) => {
  const { store } = await serve(t);
  const root = join(store.dir, "artifacts");
  mkdirSync(join(root, ".incoming"), { recursive: true });
  const [dead, live] = ["dead", "live"].map((name) => join(root, ".incoming", `${name}.part`));
  for (const file of [dead, live]) writeFileSync(file, "x");
  const now = Date.now();
  utimesSync(dead, (now - 3_700_000) / 1000, (now - 3_700_000) / 1000);
  sweepIncoming(root, now);
  assert.deepEqual([existsSync(dead), existsSync(live)], [false, true]);
});

/** Waits for what another process or connection brings about. */
async function until(holds: () => boolean): Promise<void> {
  const give = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > give) throw new Error("waited 20 s in vain");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
