import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../../src/base/random.ts";
import { HalfCharacters } from "../../../src/kernel/evaluator/halfCharacters.ts";

test("bytes in pieces, of two cells by turns, read as each cell's bytes in one piece", () => {
  const random = new Random(3);
  const bytes = [...Buffer.from("aé語😀\n"), 0xc0, 0x80, 0xff, 0xf4, 0x90, 0xe0, 0xed];
  for (let round = 0; round < 500; round++) {
    const halves = new HalfCharacters();
    const whole: [number[], number[]] = [[], []];
    const read = ["", ""];
    for (let i = 0; i < 20; i++) {
      const cell = random.int(2);
      const piece = Array.from({ length: random.int(4) }, () => bytes[random.int(bytes.length)]!);
      whole[cell]!.push(...piece);
      read[cell] += halves.decode(cell, Uint8Array.from(piece));
    }
    for (const cell of [0, 1]) read[cell] += halves.end(cell);
    const want = whole.map((all) => new TextDecoder().decode(Uint8Array.from(all)));
    assert.deepEqual(read, want, `round ${round}`);
    assert.deepEqual(halves.cells, []);
  }
});

test("a character that can still become whole is not told before it is", () => {
  const halves = new HalfCharacters();
  const told = [...Buffer.from("é語😀")].map((byte) => halves.decode(1, Uint8Array.of(byte)));
  assert.deepEqual(told, ["", "é", "", "", "語", "", "", "", "😀"]);
});
