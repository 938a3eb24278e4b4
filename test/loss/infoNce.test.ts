import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, InputError, ShapeError } from "../../src/base/errors.ts";
import { Random } from "../../src/base/random.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { type InfoNceOptions, infoNce } from "../../src/loss/infoNce.ts";
import { assertGradient, normals } from "./finiteDifference.ts";

const engine = await openEngine({ threads: 1 });

/** The loss of rows given as numbers. */
function value(q: number[][], p: number[][], options: InfoNceOptions = {}): number {
  const matrix = (x: number[][]) => engine.tensor(x.flat(), [x.length, x[0].length]);
  return engine.tidy(() => engine.item(infoNce(engine, matrix(q), matrix(p), options)));
}

const close = (got: number, want: number): void => assert.ok(Math.abs(got - want) < 1e-5, `${got} is not ${want}`);

test("with all passages equal the loss is log(B), in one direction or both", () => {
  const q = Array.from({ length: 7 }, (_, i) => [i + 1, 3 - i]);
  const p = Array.from({ length: 7 }, () => [2, 1]);
  close(value(q, p), Math.log(7));
  const same = Array.from({ length: 7 }, () => [2, 1]);
  close(value(same, p, { bothDirections: true }), Math.log(7));
});

test("two orthogonal pairs at temperature 1 give log(1 + 1/e), worked out by hand", () => {
  const axes = [
    [1, 0],
    [0, 1],
  ];
  close(value(axes, axes, { temperature: 1 }), Math.log(1 + Math.exp(-1)));
});

test("cosines count, not lengths", () => {
  const random = new Random(3);
  const rows = (): number[][] => Array.from({ length: 4 }, () => normals(random, 1, 5));
  const [q, p] = [rows(), rows()];
  close(
    value(
      q.map((row) => row.map((x) => x * 9)),
      p,
    ),
    value(q, p),
  );
});

test("an ignored passage weighs nothing: the same as a batch without it", () => {
  const random = new Random(4);
  const [q, p] = [[normals(random, 1, 4)], Array.from({ length: 3 }, () => normals(random, 1, 4))];
  const options = { temperature: 1, positives: [[0]] };
  const without = value(q, [p[0], p[2]], options);
  close(value(q, p, { ...options, ignore: Uint8Array.of(0, 1, 0) }), without);
  assert.ok(value(q, p, options) > without + 0.01);
});

test("a query's other positives never count as its negatives", () => {
  const random = new Random(5);
  const [q, p] = [[normals(random, 1, 4)], Array.from({ length: 3 }, () => normals(random, 1, 4))];
  const each = [0, 1].map((j) => value(q, [p[j], p[2]], { temperature: 1, positives: [[0]] }));
  close(value(q, p, { temperature: 1, positives: [[0, 1]] }), (each[0] + each[1]) / 2);
});

test("both directions are the mean of the two single ones", () => {
  const random = new Random(6);
  const rows = (): number[][] => Array.from({ length: 4 }, () => normals(random, 1, 5));
  const [q, p] = [rows(), rows()];
  close(value(q, p, { bothDirections: true }), (value(q, p) + value(p, q)) / 2);
  // Passage 3 is hidden from query 0 alone, and so query 0 from passage 3.
  const ignore = Uint8Array.from({ length: 16 }, (_, i) => (i === 3 ? 1 : 0));
  const turned = Uint8Array.from({ length: 16 }, (_, i) => (i === 12 ? 1 : 0));
  const single = value(q, p, { temperature: 1, ignore }) + value(p, q, { temperature: 1, ignore: turned });
  close(value(q, p, { temperature: 1, bothDirections: true, ignore }), single / 2);
});

test("gradients are finite differences, with several positives, ignored passages and both directions", () => {
  const random = new Random(8);
  const p = normals(random, 4, 3);
  const options: InfoNceOptions = {
    temperature: 0.5,
    positives: [[0, 2], [1], [3]],
    ignore: Uint8Array.from([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    bothDirections: true,
  };
  const q = normals(random, 3, 3);
  assertGradient(engine, q, [3, 3], (x) => infoNce(engine, x, engine.tensor(p, [4, 3]), options));
  assertGradient(engine, p, [4, 3], (x) => infoNce(engine, engine.tensor(q, [3, 3]), x, options));
});

test("shapes that do not fit are named with what to do", () => {
  assert.throws(
    () => engine.tidy(() => infoNce(engine, engine.full([32, 384], 1), engine.full([31, 384], 1))),
    new ShapeError(
      "infoNce",
      "q and p must both be [B, 384], got [32, 384] and [31, 384]",
      "Give each query exactly one positive passage.",
    ),
  );
  assert.throws(() => value([[1, 2]], [[1], [2]], { positives: [[0]] }), /one width.*\[1, 2\] and \[2, 1\]/);
  assert.throws(() => value([[1], [2]], [[1], [2]], { positives: [[0]] }), /one list for each of 2 queries, got 1/);
  assert.throws(() => value([[1], [2]], [[1], [2]], { ignore: new Uint8Array(3) }), /\[2 \* 2\], got 3/);
  assert.throws(
    () => engine.tidy(() => infoNce(engine, engine.full([2, 3], 1, "int64"), engine.full([2, 3], 1))),
    /q must hold floats, got int64/,
  );
});

test("a query without a positive, a batch without a negative and a temperature of 0 are refused", () => {
  assert.throws(() => value([[1], [2]], [[1], [2]], { positives: [[0], []] }), InputError);
  assert.throws(() => value([[1], [2]], [[1], [2]], { positives: [[0], [2]] }), /query 1 .* 2 rows of p, got \[2\]/);
  assert.throws(() => value([[1, 2]], [[1, 2]]), /no query has a negative/);
  assert.throws(() => value([[1], [2]], [[1], [2]], { temperature: 0 }), ConfigError);
});
