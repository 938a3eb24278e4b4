import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadDataset } from "../../../src/data/loadDataset.ts";
import { openEngine } from "../../../src/engine/openEngine.ts";
import { cachedEncoder } from "../../../src/model/cache/cachedEncoder.ts";
import { Embedder } from "../../../src/model/embedder.ts";

const folder = mkdtempSync(join(tmpdir(), "sulam-cached-bits-"));
after(() => rmSync(folder, { recursive: true }));
const fixture = fileURLToPath(new URL("../../fixtures/model/st6-bert", import.meta.url));

const engine = await openEngine({ threads: 1 });
const embedder = await Embedder.load(fixture, { engine });
after(() => embedder.dispose());
const texts = (await loadDataset("malay-mini")).passages.slice(0, 24).map(({ text }) => text);
const cached = cachedEncoder(embedder, { folder });
const alone: number[] = [];
for (const text of texts) alone.push(...(await cached.encode([text])).data);

test("a cached vector has the bits of the batch that it came from", async () => {
  const fromCache = Array.from((await cached.encode(texts)).data);
  assert.deepEqual(cached.counts, { found: 24, encoded: 24 });
  assert.deepEqual(fromCache, alone);
});

test("in another batch it would have others, if only the last: so runs read no cache", {
  skip: process.arch !== "x64" && "shown for the matrix products of x64",
}, async () => {
  const together = Array.from((await embedder.encode(texts)).data);
  const apart = Math.max(...together.map((x, i) => Math.abs(x - alone[i]!)));
  assert.ok(apart > 0 && apart <= 1e-6, `they differ by ${apart}`);
});
