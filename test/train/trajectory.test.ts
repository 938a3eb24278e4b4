import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { openEngine } from "../../src/engine/openEngine.ts";
import { train } from "../../src/train/train.ts";
import type { StepReport } from "../../src/train/trainOptions.ts";
import { TinyModel } from "./tinyModel.ts";

/** fixtures/train/trajectory.json: the same steps in PyTorch and sentence-transformers, float64 (make_trajectory.py). */
interface Trajectory {
  options: {
    steps: number;
    warmupSteps: number;
    lr: number;
    weightDecay: number;
    clipNorm: number;
    temperature: number;
  };
  pairs: [string, string][];
  start: Record<string, number[]>;
  rates: number[];
  losses: number[];
  norms: number[];
  end: Record<string, number[]>;
}

const reference = JSON.parse(
  readFileSync(new URL("../fixtures/train/trajectory.json", import.meta.url), "utf8"),
) as Trajectory;
const engine = await openEngine({ threads: 1 });

function assertClose(what: string, got: ArrayLike<number>, want: readonly number[], tolerance: number): void {
  assert.equal(got.length, want.length, what);
  for (const [i, x] of want.entries())
    assert.ok(Math.abs(got[i] - x) < tolerance, `${what} ${i}: ${got[i]} is not ${x}`);
}

for (const tokenBudget of [10_000, 40])
  test(`a run takes PyTorch's steps: rates, losses, norms and weights (token budget ${tokenBudget})`, async () => {
    const model = new TinyModel(engine);
    for (const [name, values] of Object.entries(reference.start)) {
      const param = model.params.get(name)!;
      engine.tidy(() => engine.assign(param, engine.tensor(values, param.shape)));
    }
    const reports: StepReport[] = [];
    const { steps, temperature, ...options } = reference.options;
    const { embedder } = await train(
      model,
      reference.pairs.map(([query, passage]) => ({ query, pos: [passage], neg: [] })),
      {
        ...options,
        loss: { name: "infoNce", temperature },
        epochs: steps,
        batchSize: reference.pairs.length,
        tokenBudget,
        onStep: (report) => void reports.push(report),
      },
    );
    const column = (key: "lr" | "loss" | "gradNorm"): number[] => reports.map((report) => report[key]);
    assertClose("rate", column("lr"), reference.rates, 1e-12);
    assertClose("loss", column("loss"), reference.losses, 2e-5);
    assertClose("norm", column("gradNorm"), reference.norms, 2e-4);
    for (const [name, values] of Object.entries(reference.end))
      assertClose(name, engine.toFloat32(embedder.params.get(name)!), values, 2e-4);
  });
