import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { packBatch } from "../../src/model/batch.ts";

const engine = await openEngine({ threads: 1 });

test("a batch holds real tokens only, shortest text first, equal lengths in one bucket", () => {
  engine.tidy(() => {
    const batch = packBatch(engine, [[7, 8, 9], [5], [1, 2, 3], [4, 6]]);
    assert.deepEqual([...engine.toInt32(batch.ids)], [5, 4, 6, 7, 8, 9, 1, 2, 3]);
    assert.deepEqual([...engine.toInt32(batch.positions)], [0, 0, 1, 0, 1, 2, 0, 1, 2]);
    assert.deepEqual(batch.offsets, [0, 1, 3, 6, 9]);
    assert.deepEqual(batch.order, [1, 3, 0, 2]);
    assert.deepEqual([...engine.toInt32(batch.rank)], [2, 0, 3, 1]);
    assert.deepEqual(batch.buckets, [
      { count: 1, length: 1 },
      { count: 1, length: 2 },
      { count: 2, length: 3 },
    ]);
  });
});

test("every text can be read back from random batches", () => {
  const random = new Random(1);
  for (let round = 0; round < 50; round++) {
    const texts = Array.from({ length: 1 + random.int(30) }, () =>
      Array.from({ length: 1 + random.int(12) }, () => random.int(1000)),
    );
    engine.tidy(() => {
      const batch = packBatch(engine, texts);
      const ids = engine.toInt32(batch.ids);
      const rank = engine.toInt32(batch.rank);
      const back = texts.map((_, i) => [...ids.subarray(batch.offsets[rank[i]], batch.offsets[rank[i] + 1])]);
      assert.deepEqual(back, texts);
    });
  }
});

test("an empty batch and a text without tokens are refused by name", () => {
  assert.throws(() => packBatch(engine, []), /packBatch: the batch holds no text\./);
  assert.throws(() => packBatch(engine, [[1], []]), /packBatch: text 1 has no tokens\./);
});
