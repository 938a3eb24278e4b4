import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../../src/base/errors.ts";
import { guard } from "../../../src/track/server/guard.ts";
import { JSON_LIMIT_BYTES } from "../../../src/track/server/readBody.ts";
import { startServer } from "../../../src/track/server/startServer.ts";
import { scratchStore } from "../scratch.ts";
import { head, raw, statusOf } from "./raw.ts";
import { serve } from "./serve.ts";

const GET = "/api/2.0/mlflow/experiments/get?experiment_id=0";
const CREATE = "/api/2.0/mlflow/experiments/create";
const JSON_TYPE = { "content-type": "application/json" };

test("only by this machine's own names is it called: a name that an attacker turns to 127.0.0.1 is refused", async (t) => {
  const { url } = await serve(t);
  const status = async (host: string): Promise<number> => statusOf(await raw(url, head("GET", GET, { Host: host })));
  for (const host of ["127.0.0.1", "127.0.0.1:80", "localhost:5000", "LOCALHOST", "[::1]:5000"])
    assert.equal(await status(host), 200, host);
  for (const host of [
    "evil.example.com",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil@127.0.0.1",
    "10.0.0.1",
    "0.0.0.0",
    "",
  ])
    assert.ok([400, 403].includes(await status(host)), host);
});

test("a page of another site may neither write nor read, one of the server's own may", async (t) => {
  const { url, store } = await serve(t);
  const send = async (method: string, headers: Record<string, string>): Promise<number> => {
    const body = method === "POST" ? '{"name": "x"}' : undefined;
    const all = { ...JSON_TYPE, ...headers };
    return (await fetch(url + (method === "POST" ? CREATE : GET), { method, body, headers: all })).status;
  };
  const foreign = [
    "http://evil.example.com",
    "null",
    "http://127.0.0.1:1",
    "https://localhost",
    "http://127.0.0.1.evil.example",
  ];
  for (const origin of foreign) {
    assert.equal(await send("POST", { origin }), 403, origin);
    assert.equal(await send("GET", { origin }), 403, origin);
  }
  // A form sends no JSON type, and an old browser no Origin with it.
  assert.equal(await send("POST", { "content-type": "text/plain", "sec-fetch-site": "cross-site" }), 403);
  assert.equal(store.experiments.byName("x"), undefined);
  assert.equal(await send("POST", { origin: url, "sec-fetch-site": "same-origin" }), 200);
  const answer = await raw(url, head("OPTIONS", CREATE, { Origin: "http://evil.example.com" }));
  assert.doesNotMatch(answer, /access-control-allow/i);
});

test("bound elsewhere it starts with a token only, and a long one", async (t) => {
  const store = scratchStore(t);
  for (const host of ["0.0.0.0", "::", "192.168.1.5", "example.com"])
    await assert.rejects(startServer({ store, port: 0, host }), (error: unknown) => {
      assert.ok(error instanceof InputError, String(error));
      assert.match(error.message, /other machines can reach.*SULAM_UI_TOKEN/);
      return true;
    });
  await assert.rejects(startServer({ store, port: 0, host: "0.0.0.0", token: "short" }), /16 are needed/);
});

test("with a token, everything but health and version needs it: as Bearer, or as the password of Basic", async (t) => {
  const token = "0123456789abcdef0123";
  const { url, store } = await serve(t, { token });
  const status = async (authorization?: string): Promise<number> =>
    (await fetch(url + GET, { headers: authorization === undefined ? {} : { authorization } })).status;
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
  for (const good of [`Bearer ${token}`, `bearer ${token}`, basic(`ada:${token}`), basic(`:${token}`)])
    assert.equal(await status(good), 200, good);
  for (const bad of [
    undefined,
    "",
    "Bearer",
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    basic(token.slice(1)),
    basic("ada:"),
    token,
  ])
    assert.equal(await status(bad), 401, bad);
  for (const path of ["/", "/get-artifact?run_id=1&path=a", "/api/2.0/mlflow-artifacts/artifacts/0/x"])
    assert.equal((await fetch(url + path)).status, 401, path);
  const put = await fetch(`${url}/api/2.0/mlflow-artifacts/artifacts/0/${store.createRun()}/artifacts/a`, {
    method: "PUT",
    body: "x",
  });
  assert.equal(put.status, 401);
  assert.match(put.headers.get("www-authenticate") ?? "", /^Basic/);
  for (const path of ["/health", "/version"]) assert.equal((await fetch(url + path)).status, 200, path);
});

test("with a token, other names of the server are taken, since the token is what counts; pages of other sites are not", () => {
  const check = guard("0.0.0.0", "0123456789abcdef");
  const call = (headers: Record<string, string>): (() => void) => {
    const all: Record<string, string> = {
      host: "lab.example.com:5000",
      authorization: "Bearer 0123456789abcdef",
      ...headers,
    };
    return () => check({ method: "GET", path: "/", header: (name) => all[name] });
  };
  assert.doesNotThrow(call({}));
  assert.doesNotThrow(call({ origin: "https://lab.example.com:5000" }));
  assert.throws(call({ origin: "https://evil.example.com" }), /may not use this server/);
});

test("a body beyond the limit is refused, whether its length is told or not", async (t) => {
  const { url, post } = await serve(t);
  const told = await raw(url, head("POST", CREATE, { "Content-Length": String(JSON_LIMIT_BYTES + 1) }));
  assert.equal(statusOf(told), 413);
  const piece = new Uint8Array(1 << 20).fill(32);
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      sent += piece.length;
      if (sent > JSON_LIMIT_BYTES + 2 * piece.length) controller.close();
      else controller.enqueue(piece);
    },
  });
  const untold = await fetch(url + CREATE, {
    method: "POST",
    headers: JSON_TYPE,
    body,
    duplex: "half",
  } as RequestInit).then(
    ({ status }) => status,
    // The server may close the connection while the client still sends.
    () => 413,
  );
  assert.equal(untold, 413);
  assert.equal((await post("experiments/create", { name: "still here" })).status, 200);
});

test("a body that does not say that it is JSON is refused, as in MLflow: forms and texts come from anywhere", async (t) => {
  const { url } = await serve(t);
  const send = async (type: string): Promise<number> =>
    (await fetch(url + CREATE, { method: "POST", headers: { "content-type": type }, body: `{"name": "${type}"}` }))
      .status;
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
    assert.equal(await send(type), 400, type);
  for (const type of ["application/json", "Application/JSON; charset=utf-8"]) assert.equal(await send(type), 200, type);
  const untold = `${head("POST", CREATE, { "Content-Length": "2" })}{}`;
  assert.match(await raw(url, untold), /Content-Type: application\/json/);
});

test("an unknown address is a plain 404, a known one with another method 405 with the right one", async (t) => {
  const { url, get, post } = await serve(t);
  for (const [answer, status, words] of [
    [await get("no/such"), 404, /no GET/],
    [await get("runs/create"), 405, /Send it as POST/],
    [await post("runs/get", {}), 405, /Send it as GET/],
  ] as const) {
    assert.deepEqual([answer.status, answer.json.error_code], [status, "ENDPOINT_NOT_FOUND"]);
    assert.match(answer.json.message, words);
  }
  assert.equal((await fetch(`${url}/api/2.0/mlflow/runs/create`)).headers.get("allow"), "POST");
  assert.equal((await fetch(`${url}/%ff`)).status, 404);
});

test("the root is a page, and no answer lets a browser guess its type", async (t) => {
  const { url } = await serve(t);
  const page = await fetch(url);
  assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
  assert.match(await page.text(), /<title>[^<]*sulam/i);
  for (const path of ["/", "/health", GET, "/no/such"])
    assert.equal((await fetch(url + path)).headers.get("x-content-type-options"), "nosniff", path);
});
