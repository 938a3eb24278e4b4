import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { openEngine } from "../../../src/engine/openEngine.ts";
import { createFresh } from "../../../src/lab/createFresh.ts";
import { cachedEncoder } from "../../../src/model/cache/cachedEncoder.ts";
import { EmbeddingCache } from "../../../src/model/cache/embeddingCache.ts";
import { listCache } from "../../../src/model/cache/listCache.ts";
import { pruneCache } from "../../../src/model/cache/pruneCache.ts";
import { verifyCache } from "../../../src/model/cache/verifyCache.ts";
import { modelKey } from "../../../src/model/modelKey.ts";

const engine = await openEngine({ threads: 1 });
const room = mkdtempSync(join(tmpdir(), "sulam-cache-"));
after(() => rmSync(room, { recursive: true }));
let folders = 0;
const fresh = () => join(room, `${folders++}`);
const key = { key: "a".repeat(64), weights: "", tokenizer: "", settings: "", dimension: 8 };
const child = fileURLToPath(new URL("child/fillCache.ts", import.meta.url));

function model() {
  return createFresh({
    engine,
    settings: {
      type: "mistral",
      hiddenSize: 16,
      numHiddenLayers: 1,
      numAttentionHeads: 2,
      numKeyValueHeads: 1,
      intermediateSize: 32,
      vocabSize: 300,
      pooling: "mean",
      causal: true,
      initialize: "normal",
    },
    texts: ["selamat pagi", "apa khabar", "terima kasih"],
    seed: 0,
    maxLength: 32,
  });
}

/** Runs the child until it has put `until` texts, then kills it; or until it ends. */
function fill(folder: string, first: number, count: number, until = Number.POSITIVE_INFINITY): Promise<number> {
  const args = ["--import", "tsx", "--conditions=source", child, folder, `${first}`, `${count}`];
  const process = spawn("node", args, { stdio: ["ignore", "pipe", "inherit"] });
  let put = 0;
  return new Promise((resolve) => {
    process.stdout.on("data", (data: Buffer) => {
      put = Number(data.toString().trim().split("\n").at(-1));
      if (put >= until) process.kill("SIGKILL");
    });
    process.on("close", () => resolve(put));
  });
}

function expectTexts(folder: string, first: number, count: number): void {
  const cache = new EmbeddingCache(key, { folder });
  const found = cache.get(Array.from({ length: count }, (_, i) => `text ${first + i}`));
  for (const [i, vector] of found.entries())
    assert.deepEqual(Array.from(vector ?? []), Array(8).fill(first + i), `text ${first + i}`);
  cache.close();
}

describe("the embedding cache", () => {
  it("gives the very vectors back, and encodes each text once", async () => {
    const embedder = model();
    const encoder = cachedEncoder(embedder, { folder: fresh() });
    const texts = ["selamat pagi", "apa khabar", "selamat pagi"];
    const plain = await embedder.encode(texts);
    assert.deepEqual(await encoder.encode(texts), plain);
    const more = await encoder.encode(["terima kasih", ...texts]);
    assert.deepEqual(more.data.subarray(plain.d), plain.data);
    assert.deepEqual(encoder.counts, { found: 2, encoded: 3 });
    embedder.dispose();
  });

  it("never gives an old vector after one weight has changed by its last bit", async () => {
    const embedder = model();
    const folder = fresh();
    const encoder = cachedEncoder(embedder, { folder });
    await encoder.encode(["selamat pagi"]);
    const before = modelKey(embedder);
    const [name, tensor] = [...embedder.params][0];
    const values = engine.toFloat32(tensor);
    const bits = new Uint32Array(values.buffer);
    bits[bits.length - 1] ^= 1;
    engine.tidy(() => engine.assign(tensor, engine.tensor(values, tensor.shape)));
    assert.notEqual(modelKey(embedder).key, before.key, name);
    assert.equal(modelKey(embedder).tokenizer, before.tokenizer);
    await encoder.encode(["selamat pagi"]);
    assert.deepEqual(encoder.counts, { found: 0, encoded: 2 });
    assert.notEqual(modelKey(embedder, { autocast: "bfloat16" }).key, modelKey(embedder).key);
    embedder.dispose();
  });

  it("keeps what two processes write at once", async () => {
    const folder = fresh();
    await Promise.all([fill(folder, 0, 200), fill(folder, 1000, 200)]);
    expectTexts(folder, 0, 200);
    expectTexts(folder, 1000, 200);
    assert.deepEqual(verifyCache(folder), { rows: 400, damaged: [] });
  });

  it("keeps every put that returned before kill -9", async () => {
    const folder = fresh();
    const put = await fill(folder, 0, 100_000, 60);
    assert.ok(put >= 60 && put < 100_000, `put ${put}`);
    expectTexts(folder, 0, put);
    assert.equal(verifyCache(folder).damaged.length, 0);
  });

  it("ignores an entry that was half written", () => {
    const folder = fresh();
    const cache = new EmbeddingCache(key, { folder });
    cache.put(["text 1", "text 2"], Float32Array.from([...Array(8).fill(1), ...Array(8).fill(2)]));
    cache.close();
    const [{ path }] = listCache(folder);
    const keys = readFileSync(`${path}.keys`);
    const vectors = readFileSync(`${path}.vectors`);
    for (let end = 0; end <= keys.length; end++) {
      truncateSync(`${path}.keys`, 0);
      appendFileSync(`${path}.keys`, keys.subarray(0, end));
      assert.equal(verifyCache(folder).rows, Math.floor((2 * end) / keys.length));
    }
    truncateSync(`${path}.vectors`, vectors.length - 1);
    expectTexts(folder, 1, 1);
    assert.equal(verifyCache(folder).rows, 1);
  });

  it("finds every flipped byte, and does not use its vector", () => {
    const folder = fresh();
    const cache = new EmbeddingCache(key, { folder });
    cache.put(["text 7"], new Float32Array(8).fill(7));
    cache.close();
    const [{ path }] = listCache(folder);
    for (const ending of [".keys", ".vectors"]) {
      const bytes = readFileSync(path + ending);
      for (let at = 0; at < bytes.length; at++) {
        const changed = Buffer.from(bytes);
        changed[at] ^= 16;
        writeFileSync(path + ending, changed);
        assert.equal(verifyCache(folder).damaged.length, 1, `${ending} ${at}`);
        const again = new EmbeddingCache(key, { folder });
        assert.equal(again.get(["text 7"])[0], undefined, `${ending} ${at}`);
        again.close();
      }
      writeFileSync(path + ending, bytes);
    }
    expectTexts(folder, 7, 1);
    writeFileSync(`${path}.keys`, Buffer.alloc(48));
    verifyCache(folder, true);
    assert.deepEqual(listCache(folder), []);
  });

  it("lets the shards go that were used least recently, and none that is being written", () => {
    const folder = fresh();
    const shardOf = (text: string, time: number) => {
      const cache = new EmbeddingCache(key, { folder, now: () => new Date(time) });
      cache.put([text], new Float32Array(8));
      cache.get([text]);
      return cache;
    };
    const soon = Date.now() + 1e6;
    for (let i = 0; i < 4; i++) shardOf(`${i}`, soon + 1000 * i).close();
    const open = shardOf("open", soon - 1000);
    const touched = new EmbeddingCache(key, { folder, now: () => new Date(soon + 9000) });
    touched.get(["0"]);
    touched.close();
    const size = 48 + 32;
    assert.deepEqual(pruneCache(folder, { maxBytes: 3 * size }), { shards: 2, bytes: 2 * size });
    const found = open.get(["0", "1", "2", "3", "open"]).map((vector) => vector !== undefined);
    assert.deepEqual(found, [true, false, false, true, true]);
    open.close();
    assert.equal(pruneCache(folder, { models: [key.key] }).shards, 3);
    assert.deepEqual(listCache(folder), []);
  });

  it("stays under its cap while it grows, in shards of its own", () => {
    const folder = fresh();
    for (let i = 0; i < 20; i++) {
      const cache = new EmbeddingCache(key, { folder, maxBytes: 400 });
      cache.put([`${i}`], new Float32Array(8));
      cache.close();
    }
    assert.ok(listCache(folder).reduce((sum, { bytes }) => sum + bytes, 0) <= 400, "over the cap");
    assert.ok(existsSync(folder) && readdirSync(folder).length === 1, "one model");
  });
});
