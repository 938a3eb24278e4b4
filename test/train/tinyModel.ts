import { createHash } from "node:crypto";
import { Random } from "../../src/base/random.ts";
import type { Example } from "../../src/data/examplesFrom.ts";
import type { Engine, Tensor } from "../../src/engine/engine.ts";
import type { PackedBatch } from "../../src/model/batch.ts";
import type { Trainable } from "../../src/train/trainable.ts";

const SHAPES: Record<string, number[]> = { "table.weight": [64, 8], "dense.weight": [6, 8], "dense.bias": [6] };

/** The smallest trainable model: a token is a character, a text the mean of its tokens' vectors, then one layer. */
export class TinyModel implements Trainable {
  readonly engine: Engine;
  readonly params: ReadonlyMap<string, Tensor>;
  /** Most tokens that one forward pass has seen. */
  widest = 0;

  constructor(engine: Engine, seed = 0) {
    const random = new Random(seed);
    this.engine = engine;
    this.params = new Map(
      Object.entries(SHAPES).map(([name, shape]) => {
        const values = Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal() / 2);
        return [name, engine.tensor(values, shape)];
      }),
    );
  }

  tokenize(texts: readonly string[], options: { maxLength?: number } = {}): number[][] {
    return texts.map((text) => Array.from(text, (c) => c.charCodeAt(0) % 64).slice(0, options.maxLength));
  }

  forward(batch: PackedBatch): Tensor {
    const { engine, params } = this;
    const count = batch.offsets.length - 1;
    this.widest = Math.max(this.widest, batch.offsets[count]);
    const lengths = Array.from({ length: count }, (_, j) => batch.offsets[j + 1] - batch.offsets[j]);
    const owner = lengths.flatMap((length, j) => new Array<number>(length).fill(j));
    const sums = engine.indexAdd(
      engine.full([count, 8], 0),
      0,
      engine.tensor(owner, [owner.length], "int64"),
      engine.embedding(params.get("table.weight")!, batch.ids),
    );
    const means = engine.div(sums, engine.tensor(lengths, [count, 1]));
    const out = engine.linear(means, params.get("dense.weight")!, params.get("dense.bias")!);
    return engine.indexSelect(engine.normalize(out), 0, batch.rank);
  }

  clone(): this {
    const copy = new TinyModel(this.engine);
    for (const [name, tensor] of this.params) this.engine.assign(copy.params.get(name)!, tensor);
    return copy as this;
  }
}

/** sha256 of all weights of a model, bit for bit. */
export function weightsHash(model: Trainable): string {
  const hash = createHash("sha256");
  for (const tensor of model.params.values()) hash.update(model.engine.toFloat32(tensor));
  return hash.digest("hex");
}

/** `count` made-up examples in four groups, each with one to three negatives: words of a group share a letter. */
export function tinyExamples(count: number, seed = 0): Example[] {
  const random = new Random(seed);
  const word = (letter: string): string =>
    letter +
    Array.from({ length: 2 + random.int(9) }, () => (random.int(3) ? "abcdefgh"[random.int(8)] : letter)).join("");
  return Array.from({ length: count }, (_, i) => {
    const letter = "WXYZ"[i % 4];
    const neg = Array.from({ length: 1 + random.int(3) }, () => word("WXYZ"[(i + 1) % 4]));
    return { query: word(letter), pos: [word(letter)], neg, group: letter, posIds: [`row-${i}`] };
  });
}
