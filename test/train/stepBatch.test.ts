import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import type { Example } from "../../src/data/examplesFrom.ts";
import { type StepBatch, type StepBatchOptions, stepBatch } from "../../src/train/stepBatch.ts";

const example = (query: string, pos: string[], neg: string[] = [], group?: string): Example => ({
  query,
  pos,
  neg,
  group,
});

const lay = (examples: Example[], options: Partial<StepBatchOptions> = {}): StepBatch =>
  stepBatch(examples, { maskGroup: true, random: new Random(0), ...options });

/** For each query the texts that count as its negatives, sorted. */
function negatives(batch: StepBatch): string[][] {
  const { positives, ignore } = batch.layout;
  const columns = batch.passages.length;
  return positives.map((own, i) =>
    batch.passages
      .filter((_, j) => !own.includes(j) && ignore?.[i * columns + j] !== 1)
      .map((t) => batch.texts[t])
      .sort(),
  );
}

test("a text that occurs several times is encoded once, as query or passage", () => {
  const batch = lay([example("a", ["P"], ["N"]), example("b", ["P"], ["M"]), example("N", ["M"])]);
  assert.deepEqual([...batch.texts].sort(), ["M", "N", "P", "a", "b"]);
  assert.deepEqual(
    batch.queries.map((t) => batch.texts[t]),
    ["a", "b", "N"],
  );
  assert.equal(batch.passages.length, 3);
});

test("without anything in common all other passages are negatives", () => {
  assert.deepEqual(negatives(lay([example("a", ["A"], ["N"]), example("b", ["B"])])), [
    ["B", "N"],
    ["A", "N"],
  ]);
});

test("what answers the same question is no negative of it, though another example says so", () => {
  const batch = lay([example("a", ["A1"], ["A2", "N"]), example("a", ["A2"]), example("b", ["B"])]);
  assert.deepEqual(negatives(batch), [
    ["B", "N"],
    ["B", "N"],
    ["A1", "A2", "N"],
  ]);
  assert.deepEqual(
    batch.layout.negatives.map((rows) => rows.map((j) => batch.texts[batch.passages[j]])),
    [["N"], [], []],
  );
});

test("a passage that is the query's own text is no negative of it", () => {
  assert.deepEqual(negatives(lay([example("a", ["A"]), example("b", ["a"])])), [[], ["A"]]);
});

test("what answers a question of the same group is no negative, unless it is listed or the mask is off", () => {
  const examples = [example("a", ["A"], [], "g"), example("b", ["B"], ["A"], "g"), example("c", ["C"], [], "h")];
  assert.deepEqual(negatives(lay(examples)), [["C"], ["A", "C"], ["A", "B"]]);
  assert.deepEqual(negatives(lay(examples, { maskGroup: false })), [
    ["B", "C"],
    ["A", "C"],
    ["A", "B"],
  ]);
});

test("examples without a group do not share one", () => {
  assert.deepEqual(negatives(lay([example("a", ["A"]), example("b", ["B"])])), [["B"], ["A"]]);
});

test("a positive that is also listed as negative stays a positive", () => {
  const batch = lay([example("a", ["A"], ["A", "N"]), example("b", ["B"])]);
  assert.deepEqual(negatives(batch)[0], ["B", "N"]);
  assert.equal(batch.layout.negatives[0].length, 1);
});

test("drawn passages keep to their number, and a positive left out is still no negative", () => {
  const many = example("a", ["A1", "A2", "A3"], ["N1", "N2", "N3"]);
  for (let seed = 0; seed < 20; seed++) {
    const random = new Random(seed);
    const batch = lay([many, example("b", ["A1", "A2", "A3"], ["N1"])], {
      positivesPerQuery: 1,
      negativesPerQuery: 2,
      random,
    });
    assert.deepEqual([batch.layout.positives[0].length, batch.layout.negatives[0].length], [1, 2]);
    assert.ok(!negatives(batch)[0].some((text) => text.startsWith("A")));
  }
});
