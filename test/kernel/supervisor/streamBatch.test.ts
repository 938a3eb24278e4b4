import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { StreamBatch, type StreamChunk } from "../../../src/kernel/supervisor/streamBatch.ts";

describe("a batch of output", () => {
  const collect = (limits: { wait: number; size: number }): { batch: StreamBatch; sent: StreamChunk[] } => {
    const sent: StreamChunk[] = [];
    return { batch: new StreamBatch((chunk) => sent.push(chunk), limits), sent };
  };
  const never = 2 ** 30; // ms; each batch is flushed, which ends its timer

  test("joins what one cell writes to one stream", () => {
    const { batch, sent } = collect({ wait: never, size: 100 });
    for (let i = 0; i < 10; i++) batch.add({ cell: 1, name: "stdout", text: `${i}` });
    assert.deepEqual(sent, []);
    batch.flush();
    batch.flush();
    assert.deepEqual(sent, [{ cell: 1, name: "stdout", text: "0123456789" }]);
  });

  test("keeps the order of streams and of cells", () => {
    const { batch, sent } = collect({ wait: never, size: 100 });
    batch.add({ cell: 1, name: "stdout", text: "a" });
    batch.add({ cell: 1, name: "stderr", text: "b" });
    batch.add({ cell: 2, name: "stderr", text: "c" });
    batch.add({ cell: 1, name: "stderr", text: "" });
    batch.flush();
    assert.deepEqual(
      sent.map(({ cell, name, text }) => `${cell} ${name} ${text}`),
      ["1 stdout a", "1 stderr b", "2 stderr c"],
    );
  });

  test("goes out by itself when it is full, and when its time is over", async () => {
    const { batch, sent } = collect({ wait: never, size: 4 });
    batch.add({ cell: 1, name: "stdout", text: "abcd" });
    assert.equal(sent.length, 1);
    await new Promise<void>((resolve) => {
      new StreamBatch(() => resolve(), { wait: 1, size: 100 }).add({ cell: 1, name: "stdout", text: "e" });
    });
  });
});
