import { openEngine } from "../../../src/engine/openEngine.ts";

/** A process of its own: a gradient on the CPU, then CUDA is opened for the first time, then a gradient there. */
const slopes: number[] = [];
for (const device of ["cpu", "cuda"] as const) {
  const engine = await openEngine({ device });
  const x = engine.tensor([3], [1]);
  const { grads } = engine.valueAndGrad(() => engine.sum(engine.mul(x, x)), [x]);
  slopes.push(engine.item(grads[0]));
}
process.stdout.write(JSON.stringify(slopes));
