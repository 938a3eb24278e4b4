import type { Engine, Tensor } from "../engine/engine.ts";
import type { Loss } from "../loss/lossOf.ts";
import { packBatch } from "../model/batch.ts";
import type { StepBatch } from "./stepBatch.ts";
import type { Trainable } from "./trainable.ts";

/** How a step is computed. */
export interface StepOptions {
  /** Most tokens that go through the model at once. */
  tokenBudget: number;
  /** Matrix products in bfloat16. */
  autocast: boolean;
  /** Longest text in tokens. Default: the model's own limit. */
  maxLength?: number;
}

/** Loss and gradients of one step. */
export interface StepResult {
  loss: number;
  /** In the order of `model.params`; the caller frees them. */
  grads: Tensor[];
  /** Real tokens that were encoded, each text once. */
  tokens: number;
}

/**
 * The loss of one step and its gradient in every parameter.
 *
 * All texts go through the model together, packed. When they hold more tokens than the budget, they go in chunks, and
 * the result is the same but for rounding, whatever the loss: embed all chunks without gradient, differentiate the loss
 * in the embeddings, then embed each chunk again with sum(embedding · gradient) as its loss.
 *
 * @see Gao et al. 2021 (GradCache), arXiv:2101.06983
 */
export function stepGradients(model: Trainable, loss: Loss, batch: StepBatch, options: StepOptions): StepResult {
  const { engine } = model;
  const ids = model.tokenize(batch.texts, { maxLength: options.maxLength });
  const tokens = ids.reduce((sum, text) => sum + text.length, 0);
  const params = [...model.params.values()];
  return engine.tidy(() => {
    const chunks = tokens <= options.tokenBudget ? [ids.map((_, i) => i)] : chunksOf(ids, options.tokenBudget);
    const embed = (chunk: readonly number[]): Tensor => {
      const packed = packBatch(
        engine,
        chunk.map((i) => ids[i]),
      );
      const forward = (): Tensor => model.forward(packed);
      return engine.cast(options.autocast ? engine.autocast("bfloat16", forward) : forward(), "float32");
    };
    const lossOf = (embeddings: Tensor, place: readonly number[]): Tensor => {
      const rows = (texts: readonly number[]): Tensor =>
        engine.indexSelect(
          embeddings,
          0,
          engine.tensor(
            texts.map((t) => place[t]),
            [texts.length],
            "int64",
          ),
        );
      return loss.compute(engine, rows(batch.queries), rows(batch.passages), batch.layout);
    };
    if (chunks.length === 1) {
      const { value, grads } = engine.valueAndGrad(() => lossOf(embed(chunks[0]), chunks[0]), params);
      return { loss: engine.item(value), grads, tokens };
    }
    const order = chunks.flat();
    const place = new Array<number>(order.length);
    for (const [row, text] of order.entries()) place[text] = row;
    const embeddings = engine.cat(
      chunks.map((chunk) => engine.tidy(() => embed(chunk))),
      0,
    );
    const { value, grads } = engine.valueAndGrad(() => lossOf(embeddings, place), [embeddings]);
    const slopes = engine.split(
      grads[0],
      chunks.map((chunk) => chunk.length),
      0,
    );
    return {
      loss: engine.item(value),
      grads: sumOver(engine, chunks.length, (c) => {
        const product = (): Tensor => engine.sum(engine.mul(embed(chunks[c]), slopes[c]));
        return engine.valueAndGrad(product, params).grads;
      }),
      tokens,
    };
  });
}

/** The elementwise sums of `count` lists of tensors, one list in memory at a time beside the sums. */
function sumOver(engine: Engine, count: number, list: (index: number) => Tensor[]): Tensor[] {
  const sums = engine.tidy(() => list(0));
  for (let c = 1; c < count; c++)
    engine.tidy(() => {
      for (const [i, x] of list(c).entries()) engine.assign(sums[i], engine.add(sums[i], x));
    });
  return sums;
}

/** Groups of texts of similar length, each of at most `budget` tokens but never without a text. */
function chunksOf(ids: readonly (readonly number[])[], budget: number): number[][] {
  const byLength = ids.map((_, i) => i).sort((a, b) => ids[a].length - ids[b].length || a - b);
  const chunks: number[][] = [[]];
  let room = budget;
  for (const text of byLength) {
    if (ids[text].length > room && chunks[chunks.length - 1].length > 0) {
      chunks.push([]);
      room = budget;
    }
    chunks[chunks.length - 1].push(text);
    room -= ids[text].length;
  }
  return chunks;
}
