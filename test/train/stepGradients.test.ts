import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { type LossConfig, lossOf } from "../../src/loss/lossOf.ts";
import { stepBatch } from "../../src/train/stepBatch.ts";
import { stepGradients } from "../../src/train/stepGradients.ts";
import { TinyModel, tinyExamples } from "./tinyModel.ts";

const engine = await openEngine({ threads: 1 });
const batch = stepBatch(tinyExamples(12), { maskGroup: false, random: new Random(0) });
const LOSSES: LossConfig[] = [
  { name: "infoNce", temperature: 0.1, bothDirections: true },
  { name: "pairContrastive", margin: 1 },
  { name: "triplet", margin: 1 },
];

/** Loss and gradients as plain numbers. */
function step(model: TinyModel, config: LossConfig, tokenBudget: number, autocast = false): number[] {
  return engine.tidy(() => {
    const result = stepGradients(model, lossOf(config), batch, { tokenBudget, autocast });
    return [result.loss, ...result.grads.flatMap((g) => [...engine.toFloat32(g)])];
  });
}

for (const config of LOSSES)
  test(`${config.name}: a step split under any token budget has the loss and gradients of the whole step`, () => {
    const whole = step(new TinyModel(engine), config, 1e6);
    const largest = Math.max(...whole.map(Math.abs));
    for (const budget of [200, 60, 15, 1]) {
      const model = new TinyModel(engine);
      const split = step(model, config, budget);
      const worst = Math.max(...whole.map((x, i) => Math.abs(x - split[i])));
      assert.ok(worst < 2e-6 * largest, `budget ${budget}: off by ${worst} of ${largest}`);
      const longest = Math.max(...batch.texts.map((text) => text.length));
      assert.ok(model.widest <= Math.max(budget, longest), `budget ${budget}: ${model.widest} tokens at once`);
    }
  });

test("the gradient is the finite difference of the loss in a weight", () => {
  const model = new TinyModel(engine);
  const [, ...grads] = step(model, LOSSES[0], 1e6);
  const table = model.params.get("table.weight")!;
  const values = engine.toFloat32(table);
  for (const i of [8 * ("W".charCodeAt(0) % 64), 8 * ("a".charCodeAt(0) % 64) + 3]) {
    const at = (by: number): number => {
      const moved = values.slice();
      moved[i] += by;
      engine.tidy(() => engine.assign(table, engine.tensor(moved, [64, 8])));
      return step(model, LOSSES[0], 1e6)[0];
    };
    const slope = (at(0.01) - at(-0.01)) / 0.02;
    assert.ok(Math.abs(slope) > 1e-3 && Math.abs(slope - grads[i]) < 2e-3, `${slope} and ${grads[i]}`);
  }
});

test("autocast gives nearly the same gradients, with matrix products in bfloat16", () => {
  const exact = step(new TinyModel(engine), LOSSES[0], 1e6);
  const fast = step(new TinyModel(engine), LOSSES[0], 1e6, true);
  const norm = (x: number[]): number => Math.hypot(...x);
  const off = norm(exact.map((x, i) => x - fast[i])) / norm(exact);
  assert.ok(off > 0 && off < 0.05, `relative difference ${off}`);
});

test("tokens count each different text once, cut to maxLength", () => {
  const count = (maxLength?: number): number =>
    engine.tidy(
      () =>
        stepGradients(new TinyModel(engine), lossOf(LOSSES[0]), batch, { tokenBudget: 1e6, autocast: false, maxLength })
          .tokens,
    );
  assert.equal(
    count(),
    [...new Set(batch.texts)].reduce((sum, text) => sum + text.length, 0),
  );
  assert.equal(count(2), 2 * batch.texts.length);
});
