import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { askChat } from "../../src/remote/askChat.ts";
import { Endpoint } from "../../src/remote/endpoint.ts";
import type { EndpointSettings } from "../../src/remote/endpointSettings.ts";
import { RemoteError } from "../../src/remote/remoteError.ts";
import { answer, type Behaviour, close, fakeClock, hang, message } from "./apiServer.ts";
import { useApi } from "./useApi.ts";

const folder = mkdtempSync(join(tmpdir(), "sulam-remote-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const api = useApi();

const hello = { messages: [{ role: "user", content: "apa khabar" }] } as const;
const KEY = "sk-rahsia-123456";

function endpoint(settings: Partial<EndpointSettings> = {}, cacheDir?: string, clock = fakeClock()) {
  const env = { MY_KEY: KEY };
  return { clock, api: new Endpoint({ url: api.server.url, model: "m", ...settings }, { env, clock, cacheDir }) };
}

/** The kind of the failure, with how often the server was asked. */
async function failure(
  behaviour: Behaviour,
  settings: Partial<EndpointSettings> = {},
): Promise<[string, number, string]> {
  const asked = endpoint({ retries: 3, ...settings });
  const usual = api.server.usual;
  api.server.usual = behaviour;
  api.server.seen = [];
  try {
    await askChat(asked.api, hello);
  } catch (error) {
    assert.ok(error instanceof RemoteError, String(error));
    assert.equal(asked.api.report().failures[error.kind], api.server.seen.length);
    return [error.kind, api.server.seen.length, error.message];
  } finally {
    api.server.usual = usual;
  }
  return ["none", api.server.seen.length, ""];
}

describe("a chat", () => {
  test("is asked as the API wants it, and its message, tokens and cost come back", async () => {
    const { api: asked } = endpoint({ dollarsPerMillionTokens: { input: 3, output: 9 } });
    const request = { ...hello, temperature: 0.5, seed: 4, maxTokens: 99, json: true };
    assert.equal(await askChat(asked, request), "[apa khabar]");
    const [{ path, key, body }] = api.server.seen;
    assert.deepEqual([path, key], ["/v1/chat/completions", undefined]);
    const wanted = { model: "m", messages: hello.messages, temperature: 0.5, seed: 4, max_tokens: 99 };
    assert.deepEqual(body, { ...wanted, response_format: { type: "json_object" } });
    const report = asked.report();
    assert.deepEqual([report.requests, report.tokens], [1, { input: 10, output: 5 }]);
    // 10 tokens at $3 and 5 at $9 a million
    assert.equal(report.dollars, 75 / 1e6);
  });

  test("garbage, truncated JSON and half an object are asked for again, twice", async () => {
    const half = JSON.stringify({ choices: [{ message: { content: "a" } }] }).slice(0, 30);
    for (const text of ["<html>not an API</html>", "", half, "{}", "null", '{"choices": []}', '{"choices": [null]}']) {
      const [kind, times, words] = await failure(answer(200, text));
      assert.deepEqual([kind, times], ["garbage", 3], text);
      assert.match(words, /^http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions: .*, got .*\. /);
    }
    api.server.queue = [answer(200, "<html>"), answer(200, half)];
    assert.equal(await askChat(endpoint().api, hello), "[apa khabar]");
  });

  test("refusals, filtered and half answers are told at once, and are never kept", async () => {
    const cases: [Behaviour, string, RegExp][] = [
      [message(null, "stop", { refusal: "I cannot help." }), "refusal", /refused: "I cannot help\."/],
      [message("", "content_filter"), "refusal", /content filter/],
      [message("separuh jawap", "length"), "incomplete", /cut off at its limit/],
    ];
    for (const [behaviour, kind, words] of cases) {
      const cacheDir = join(folder, "refusals");
      const { api: asked } = endpoint({}, cacheDir);
      api.server.queue = [behaviour];
      await assert.rejects(askChat(asked, hello), words);
      assert.deepEqual(asked.report().failures, { [kind]: 1 });
      // what was generated is paid for all the same
      assert.deepEqual(asked.report().tokens, { input: 10, output: 5 });
      assert.throws(() => readdirSync(cacheDir), /ENOENT/);
    }
  });

  test("429 waits as long as Retry-After says, in seconds or as a date, else ever longer", async () => {
    const { api: asked, clock } = endpoint();
    const date = new Date(clock.now() + 7000).toUTCString();
    api.server.queue = [answer(429, { error: { message: "slow down" } }, { "retry-after": "7" })];
    await askChat(asked, hello);
    assert.deepEqual(clock.slept, [7000]);
    const dated = endpoint();
    api.server.queue = [answer(429, "", { "retry-after": date })];
    await askChat(dated.api, hello);
    assert.deepEqual(dated.clock.slept, [7000]);
    const bare = endpoint();
    api.server.queue = Array.from({ length: 5 }, () => answer(429, "busy"));
    await askChat(bare.api, hello);
    assert.equal(bare.clock.slept.length, 5);
    // 1, 2, 4, .. seconds, of which up to a half is taken off
    for (const [i, ms] of bare.clock.slept.entries())
      assert.ok(ms > 500 * 2 ** i && ms <= 1000 * 2 ** i, `retry ${i} waited ${ms} ms`);
    assert.deepEqual(bare.api.report().failures, { busy: 5 });
    assert.equal(bare.api.report().retries, 5);
  });

  test("a server that asks for hours, or says that there is no credit, is not waited for", async () => {
    const hours = await failure(answer(429, "", { "retry-after": "7200" }));
    assert.deepEqual(hours.slice(0, 2), ["busy", 1]);
    const broke = await failure(answer(429, { error: { message: "no credit", code: "insufficient_quota" } }));
    assert.deepEqual(broke.slice(0, 2), ["denied", 1]);
  });

  test("500s, closed connections and a server that hangs are tried again, and given up in the end", async () => {
    assert.deepEqual((await failure(answer(500, "oops"))).slice(0, 2), ["server", 4]);
    assert.deepEqual((await failure(answer(503, { error: "loading" }))).slice(0, 2), ["server", 4]);
    assert.deepEqual((await failure(close())).slice(0, 2), ["connection", 4]);
    assert.deepEqual((await failure(close('{"choices"'))).slice(0, 2), ["connection", 4]);
    const hung = await failure(hang, { timeoutSeconds: 0.05 });
    assert.deepEqual(hung.slice(0, 2), ["timeout", 4]);
    assert.match(hung[2], /no whole answer came within 0\.05 s/);
    api.server.queue = [close(), answer(502, ""), close("{")];
    assert.equal(await askChat(endpoint().api, hello), "[apa khabar]");
    const nobody = new Endpoint({ url: "http://127.0.0.1:9/v1", model: "m", retries: 0 }, { clock: fakeClock() });
    await assert.rejects(askChat(nobody, hello), /the connection failed \(.+\)\. Check the address/);
  });

  test("what will not pass is not tried again: a wrong key, a wrong model, a redirect", async () => {
    const unknown = { error: { message: "The model `m` does not exist." } };
    assert.deepEqual(await failure(answer(404, unknown)), [
      "rejected",
      1,
      `${api.server.url}/chat/completions: the answer was 404: The model \`m\` does not exist. Check the address and the model.`,
    ]);
    assert.deepEqual((await failure(answer(401, "no"))).slice(0, 2), ["denied", 1]);
    assert.deepEqual((await failure(answer(302, "", { location: "http://127.0.0.1:9/" }))).slice(0, 2), [
      "rejected",
      1,
    ]);
  });
});

describe("the key", () => {
  test("comes from the variable alone, is sent as a bearer token, and stands in no error, file or report", async () => {
    const cacheDir = join(folder, "keys");
    const { api: asked } = endpoint({ keyVariable: "MY_KEY" }, cacheDir);
    await askChat(asked, hello);
    assert.equal(api.server.seen[0].key, `Bearer ${KEY}`);
    api.server.queue = [answer(401, { error: { message: `Incorrect API key provided: ${KEY}` } })];
    const other = { messages: [{ role: "user", content: "lain" }] } as const;
    await assert.rejects(askChat(asked, other), (error: Error) => {
      assert.match(error.message, /Incorrect API key provided: \[key\]/);
      assert.ok(!String(error.stack).includes(KEY), "the key is in the error");
      return true;
    });
    const files = readdirSync(cacheDir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    assert.equal(files.length, 1);
    const kept = files.map((file) => file.name + readFileSync(join(file.parentPath ?? file.path, file.name), "utf8"));
    assert.ok(!`${kept}${JSON.stringify(asked)}${JSON.stringify(asked.report())}`.includes(KEY.slice(3)), "kept");
  });

  test("one that is missing, or would go over the net in the clear, is refused before anything is sent", () => {
    const bad: [Partial<EndpointSettings>, RegExp][] = [
      [{ keyVariable: "ABSENT" }, /the key must stand in the variable ABSENT; it is not set/],
      [{ keyVariable: "MY_KEY", url: "http://api.example/v1" }, /the key would go to api\.example in the clear/],
      [{ url: "http://me:secret@127.0.0.1/v1" }, /url must be a plain address/],
      [{ url: "https://api.example/v1?api-key=1" }, /url must be a plain address/],
      [{ url: "127.0.0.1:80" }, /url must be an http address/],
      [{ url: "file:///etc" }, /url must be an http address/],
    ];
    for (const [settings, words] of bad) assert.throws(() => endpoint(settings), words);
    assert.equal(api.server.seen.length, 0);
  });
});

describe("the cache", () => {
  test("answers the same request without asking, in another process's place too; any change asks anew", async () => {
    const cacheDir = join(folder, "cache");
    const prices = { dollarsPerMillionTokens: { input: 1, output: 1 } };
    const first = endpoint(prices, cacheDir).api;
    const said = await askChat(first, hello);
    const again = endpoint(prices, cacheDir).api;
    assert.equal(await askChat(again, hello), said);
    assert.equal(api.server.seen.length, 1);
    const { requests, fromCache, dollars, dollarsInAll } = again.report();
    assert.deepEqual([requests, fromCache, dollars, dollarsInAll], [0, 1, 0, first.report().dollarsInAll]);
    for (const change of [{ temperature: 1 }, { seed: 1 }, { maxTokens: 5 }, { json: true }])
      await askChat(again, { ...hello, ...change });
    await askChat(endpoint({ model: "other" }, cacheDir).api, hello);
    assert.equal(api.server.seen.length, 6);
  });

  test("a damaged file counts as absent, and is made whole", async () => {
    const cacheDir = join(folder, "damaged");
    await askChat(endpoint({}, cacheDir).api, hello);
    const [file] = readdirSync(cacheDir, { recursive: true, encoding: "utf8" }).filter((name) => /json$/.test(name));
    for (const length of [0, 10, 64, 80]) {
      truncateSync(join(cacheDir, file), length);
      api.server.seen = [];
      for (const _ of [1, 2]) assert.equal(await askChat(endpoint({}, cacheDir).api, hello), "[apa khabar]");
      assert.equal(api.server.seen.length, 1, `cut to ${length} bytes`);
    }
    assert.deepEqual(
      readdirSync(cacheDir, { recursive: true, encoding: "utf8" }).filter((name) => /part$/.test(name)),
      [],
    );
  });
});
