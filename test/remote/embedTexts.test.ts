import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { embedTexts } from "../../src/remote/embedTexts.ts";
import { Endpoint } from "../../src/remote/endpoint.ts";
import type { EndpointSettings } from "../../src/remote/endpointSettings.ts";
import { RemoteError } from "../../src/remote/remoteError.ts";
import { answer, type Behaviour, embeddings, fakeClock, startApi, vectorOf } from "./apiServer.ts";
import { useApi } from "./useApi.ts";

const folder = mkdtempSync(join(tmpdir(), "sulam-embed-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const api = useApi();

const texts = Array.from({ length: 23 }, (_, i) => `${"teks ".repeat(i + 1)}${i}`);

function endpoint(settings: Partial<EndpointSettings> = {}, cacheDir?: string): Endpoint {
  return new Endpoint({ url: api.server.url, model: "m", ...settings }, { env: {}, clock: fakeClock(), cacheDir });
}

test("each text has its vector, whatever the batches, repeated texts are sent once", async () => {
  const asked = [...texts, texts[3], texts[0]];
  for (const batchSize of [1, 5, 64]) {
    api.server.seen = [];
    const { data, n, d } = await embedTexts(endpoint({ batchSize }), asked);
    assert.deepEqual([n, d], [25, 3]);
    assert.deepEqual([...data], [...Float32Array.from(asked.flatMap(vectorOf))]);
    assert.equal(api.server.seen.length, Math.ceil(23 / batchSize));
    assert.deepEqual(api.server.seen.flatMap(({ body }) => body.input).sort(), [...texts].sort());
  }
});

test("vectors that come in another order are put in the order of their index", async () => {
  api.server.queue = [embeddings((data) => data.reverse())];
  const { data } = await embedTexts(endpoint(), texts);
  assert.deepEqual([...data], [...Float32Array.from(texts.flatMap(vectorOf))]);
});

test("a wrong number, width, order or value of embeddings is refused with what came", async () => {
  const spoilt: [string, Behaviour, RegExp][] = [
    ["one less", embeddings((data) => data.slice(1)), /23 texts must give as many embeddings, got 22/],
    ["one more", embeddings((data) => [...data, data[0]]), /23 texts must give as many embeddings, got 24/],
    ["an index twice", embeddings((data) => data.map((x, i) => ({ ...x, index: i === 5 ? 4 : i }))), /text 4 has two/],
    ["an index beyond", embeddings((data) => data.map((x) => ({ ...x, index: 23 }))), /in 0 \.\. 22, got 23/],
    ["an index that is none", embeddings((data) => data.map((x) => ({ ...x, index: "0" }))), /in 0 \.\. 22, got "0"/],
    [
      "another width",
      embeddings((data) => data.map((x, i) => (i === 7 ? { ...x, embedding: [1, 2] } : x))),
      /must all be 3 wide, embedding 7 is 2 wide/,
    ],
    [
      "null for NaN",
      embeddings((data) => data.map((x, i) => (i === 2 ? { ...x, embedding: [1, null, 2] } : x))),
      /embedding 2 must hold finite numbers, got null at place 1/,
    ],
    ["beyond float32", embeddings((data) => data.map((x) => ({ ...x, embedding: [1e300, 0, 0] }))), /got 1e\+300/],
    ["NaN, which is no JSON", answer(200, '{"data": [{"index": 0, "embedding": [NaN]}]}'), /must be JSON, got/],
    ["no list", answer(200, { data: null }), /must hold a list `data`/],
    ["an empty vector", embeddings((data) => data.map((x) => ({ ...x, embedding: [] }))), /must be a list of numbers/],
    ["base64", embeddings((data) => data.map((x) => ({ ...x, embedding: "AAAA" }))), /got "AAAA"/],
  ];
  for (const [name, behaviour, words] of spoilt) {
    const asked = endpoint({ retries: 1 });
    api.server.queue = [behaviour, behaviour];
    await assert.rejects(embedTexts(asked, texts), (error: Error) => {
      assert.ok(error instanceof RemoteError && error.kind === "garbage", name);
      assert.match(error.message, words, name);
      return true;
    });
    api.server.queue = [behaviour];
    assert.equal((await embedTexts(endpoint({ retries: 1 }), texts)).n, 23, `${name}, then well`);
  }
});

test("batches of different widths are told", async () => {
  api.server.queue = [embeddings(), embeddings((data) => data.map((x) => ({ ...x, embedding: [1, 2, 3, 4] })))];
  await assert.rejects(
    embedTexts(endpoint({ batchSize: 12, concurrency: 1, retries: 0 }), texts),
    /must all be 3 wide/,
  );
});

test("the cache knows a text from whatever batch, keeps vectors to the bit and the tokens' sum", async () => {
  const cacheDir = join(folder, "cache");
  const prices = { dollarsPerMillionTokens: { input: 2 } };
  const third = (_: unknown): unknown[] => texts.map((text, index) => ({ index, embedding: [text.length / 3, 0.1] }));
  api.server.queue = [embeddings(third)];
  const first = endpoint(prices, cacheDir);
  const whole = await embedTexts(first, texts);
  const second = endpoint({ ...prices, batchSize: 2 }, cacheDir);
  const part = await embedTexts(second, [...texts].reverse());
  assert.equal(api.server.seen.length, 1);
  for (let i = 0; i < 23; i++)
    assert.deepEqual(part.data.slice(2 * i, 2 * i + 2), whole.data.slice(2 * (22 - i), 2 * (23 - i)));
  // 23 texts at 7 tokens, $2 a million
  assert.deepEqual([first.report().tokens.input, second.report().cachedTokens.input], [161, 161]);
  assert.deepEqual([second.report().dollars, second.report().dollarsInAll], [0, 322 / 1e6]);
  await embedTexts(endpoint({ dimensions: 3 }, cacheDir), texts);
  assert.equal(api.server.seen.length, 2, "another width is another request");
  assert.deepEqual(api.server.seen[1].body.dimensions, 3);
});

test("after a failure the batches that were answered need not be asked for again", async () => {
  const cacheDir = join(folder, "failed");
  api.server.queue = [embeddings(), embeddings(), answer(400, { error: { message: "too long" } })];
  const settings = { batchSize: 5, concurrency: 1 };
  await assert.rejects(embedTexts(endpoint(settings, cacheDir), texts), /the answer was 400: too long/);
  api.server.seen = [];
  const { n } = await embedTexts(endpoint(settings, cacheDir), texts);
  assert.deepEqual([n, api.server.seen.flatMap(({ body }) => body.input).length], [23, 13]);
});

test("requests on their way are bounded, batches hold no more tokens than a minute, empty texts are refused", async () => {
  const server = await startApi();
  const bounded = new Endpoint({ url: server.url, model: "m", batchSize: 1, concurrency: 3 }, { env: {} });
  await embedTexts(bounded, texts);
  server.close();
  assert.ok(server.most() <= 3, `${server.most()} were open at once`);
  const most = 60;
  await embedTexts(endpoint({ tokensPerMinute: most }), texts);
  for (const { body } of api.server.seen)
    assert.ok(body.input!.join("").length / 3 <= most, `${body.input!.length} texts`);
  await assert.rejects(embedTexts(endpoint(), ["a", " "]), /embedTexts: text 1 is empty/);
});
