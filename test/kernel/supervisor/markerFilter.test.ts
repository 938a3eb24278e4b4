import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Random } from "../../../src/base/random.ts";
import { MarkerFilter, type RawPiece } from "../../../src/kernel/supervisor/markerFilter.ts";

/** What comes out of the bytes, cut where `cuts` says; neighbouring texts joined. */
function filtered(bytes: Buffer, cuts: number[]): RawPiece[] {
  const filter = new MarkerFilter("tok");
  const edges = [0, ...cuts, bytes.length];
  const pieces = edges.slice(1).flatMap((end, i) => filter.push(bytes.subarray(edges[i], end)));
  const joined: RawPiece[] = [];
  for (const piece of [...pieces, ...filter.end()]) {
    const last = joined.at(-1);
    if (last && "text" in last && "text" in piece) last.text += piece.text;
    else joined.push({ ...piece });
  }
  return joined;
}

describe("raw output of the evaluator", () => {
  const bytes = Buffer.from("né 😀\0sulam tok 7\n\0sulam other 1\nzwölf\0\0sulam tok 12\nend \0sulam to");
  const wanted: RawPiece[] = [
    { text: "né 😀" },
    { marker: 7 },
    { text: "\0sulam other 1\nzwölf\0" },
    { marker: 12 },
    { text: "end \0sulam to" },
  ];

  test("loses its markers and nothing else, wherever it is cut in two", () => {
    for (let cut = 0; cut <= bytes.length; cut++) assert.deepEqual(filtered(bytes, [cut]), wanted, `cut at ${cut}`);
  });

  test("loses its markers and nothing else when every byte comes alone", () => {
    assert.deepEqual(
      filtered(
        bytes,
        Array.from(bytes, (_, i) => i),
      ),
      wanted,
    );
  });

  test("comes out whole when it is random bytes, with U+FFFD for what is no UTF-8", () => {
    const random = new Random(3);
    for (let round = 0; round < 200; round++) {
      const noise = Buffer.from(Array.from({ length: 40 }, () => Math.floor(random.uniform() * 256)));
      const cuts = [1, 2, 3].map(() => Math.floor(random.uniform() * 40)).sort((a, b) => a - b);
      const [piece] = filtered(noise, cuts);
      assert.deepEqual(piece, { text: noise.toString("utf8") }, noise.toString("hex"));
    }
  });

  test("is text where a marker's number is none or too long", () => {
    for (const text of ["\0sulam tok x\n", "\0sulam tok \n", `\0sulam tok ${"1".repeat(40)}`])
      assert.deepEqual(filtered(Buffer.from(text), []), [{ text }]);
  });
});
