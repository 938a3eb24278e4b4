import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodeMessage, encodeMessage, type Message, newHeader } from "../../../src/kernel/wire/message.ts";
import { isSigned, signature } from "../../../src/kernel/wire/signature.ts";

const frames = ["what do ", "ya want ", "for nothing", "?"].map((text) => Buffer.from(text));
// RFC 4231, test case 2: key "Jefe", data "what do ya want for nothing?"
const digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

const message: Message = {
  identities: [Buffer.from([0, 1, 255])],
  header: newHeader("comm_msg", "s"),
  parentHeader: {},
  metadata: { a: "é" },
  content: { data: "😀" },
  buffers: [Buffer.from("<IDS|MSG>"), Buffer.from([0, 200])],
};

describe("a message on the wire", () => {
  test("is signed by HMAC-SHA256 over its four frames", () => {
    assert.equal(signature("Jefe", frames), digest);
    assert.ok(isSigned("Jefe", frames, Buffer.from(digest)), "its own signature");
    assert.ok(!isSigned("Jefe", frames, Buffer.from(digest.replace("5", "6"))), "another signature");
    assert.ok(!isSigned("Jefe", frames, Buffer.from("")), "no signature");
    assert.ok(!isSigned("jefe", frames, Buffer.from(digest)), "another key");
  });

  test("has an empty signature when there is no key", () => {
    assert.equal(signature("", frames), "");
  });

  test("is read as it was written, its buffers too, though one of them looks like the delimiter", () => {
    assert.deepEqual(decodeMessage(encodeMessage(message, "k"), "k"), message);
  });

  test("has no half of a surrogate pair, which Python could not write to a notebook", () => {
    const data = { text: "a\ud800b 😀 \\ud800 \\\\\udfff\n", "\udc00": ["\ud83d", "\ude00"] };
    const read = decodeMessage(encodeMessage({ ...message, content: data }, "k"), "k");
    const text = "a\ufffdb 😀 \\ud800 \\\\\ufffd\n";
    assert.deepEqual(read?.content, { text, "\ufffd": ["\ufffd", "\ufffd"] });
  });

  test("is none when a byte of it has changed, a frame is missing, or it is no JSON object", () => {
    const good = encodeMessage(message, "k");
    for (const at of [2, 3, 4, 5, 6]) {
      const bad = good.map((frame) => Buffer.from(frame));
      bad[at]![0]! ^= 1;
      assert.equal(decodeMessage(bad, "k"), undefined, `frame ${at}`);
      assert.equal(decodeMessage(good.slice(0, at), "k"), undefined, `${at} frames`);
    }
    for (const text of ["", "null", "[1]", "{", '{"msg_id": 1}', "\u0000"]) {
      const parts = [Buffer.from("<IDS|MSG>"), Buffer.from(""), ...Array(4).fill(Buffer.from(text))];
      assert.equal(decodeMessage(parts, ""), undefined, text);
    }
    assert.equal(decodeMessage([], "k"), undefined);
  });
});
