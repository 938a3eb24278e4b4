import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodeFrame, FrameReader } from "../../src/kernel/frames.ts";

describe("frames", () => {
  test("are a little-endian length in bytes and UTF-8 JSON", () => {
    assert.deepEqual([...encodeFrame({ é: 1 })], [8, 0, 0, 0, 0x7b, 0x22, 0xc3, 0xa9, 0x22, 0x3a, 0x31, 0x7d]);
  });

  test("come out whole and in order however the pipe splits them", () => {
    const messages = [{ a: 1 }, { b: "😀".repeat(50) }, {}, { text: "x".repeat(3000) }, { c: null }];
    const bytes = Buffer.concat(messages.map(encodeFrame));
    for (const size of [1, 2, 3, 5, 7, 64, 1000, bytes.length]) {
      const reader = new FrameReader<unknown>();
      const seen: unknown[] = [];
      for (let at = 0; at < bytes.length; at += size) seen.push(...reader.push(bytes.subarray(at, at + size)));
      assert.deepEqual(seen, messages, `chunks of ${size} bytes`);
    }
  });

  test("are refused at once when a text is in their place, whose first bytes would be a length of gigabytes", () => {
    for (const size of [1, 3, 4, 5, 100]) {
      const reader = new FrameReader<unknown>();
      const bytes = Buffer.concat([encodeFrame({ a: 1 }), Buffer.from("hello world\n")]);
      assert.throws(
        () => {
          for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
        },
        SyntaxError,
        `chunks of ${size} bytes`,
      );
    }
  });

  test("say nothing before they are complete", () => {
    const reader = new FrameReader<unknown>();
    const bytes = encodeFrame({ a: 1 });
    assert.deepEqual(reader.push(bytes.subarray(0, -1)), []);
    assert.deepEqual(reader.push(bytes.subarray(-1)), [{ a: 1 }]);
    assert.deepEqual(reader.push(Buffer.alloc(0)), []);
  });
});
