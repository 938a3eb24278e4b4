import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Random } from "../../src/base/random.ts";
import { cudaProblem } from "../../src/engine/cudaProblem.ts";
import type { Engine, Tensor } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";

const problem = cudaProblem();
const cpu = await openEngine({ device: "cpu", threads: 1 });

/** Runs `f` on both devices from the same random numbers and compares the values it returns. */
async function same(
  f: (engine: Engine, normal: (...shape: number[]) => Tensor) => Tensor[],
  tolerance: number,
): Promise<void> {
  const [expected, got] = [cpu, await openEngine({ device: "cuda" })].map((engine) => {
    const random = new Random(1);
    const normal = (...shape: number[]): Tensor => {
      const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal());
      return engine.tensor(data, shape);
    };
    return engine.tidy(() => f(engine, normal).map((t) => engine.toFloat32(t)));
  });
  for (const [i, values] of expected.entries())
    for (const [j, value] of values.entries())
      assert.ok(Math.abs(got[i][j] - value) <= tolerance * (1 + Math.abs(value)), `${i}, ${j}: ${got[i][j]}, ${value}`);
}

describe("CUDA", { skip: problem }, () => {
  test("CUDA: products, norms, attention and their gradients equal the CPU's", async () => {
    await same((e, normal) => {
      const [x, w, ones, q] = [normal(8, 16), normal(4, 16), normal(16), normal(2, 4, 8, 8)];
      const kv = normal(2, 2, 8, 8);
      const f = (): Tensor => {
        const attended = e.attention(q, kv, kv, { causal: true });
        const h = e.linear(e.rmsNorm(e.layerNorm(x, ones, undefined, 1e-5), ones, 1e-5), w);
        return e.add(e.sum(e.mul(h, h)), e.sum(e.exp(attended)));
      };
      const { value, grads } = e.valueAndGrad(f, [x, w, ones, q, kv]);
      return [value, ...grads];
    }, 1e-3);
  });

  test("CUDA: clipping and AdamW equal the CPU's", async () => {
    await same((e, normal) => {
      const [params, grads] = [[normal(5, 3)], [normal(5, 3)]];
      const [m, v] = [[e.zerosLike(params[0])], [e.zerosLike(params[0])]];
      e.clipGradNorm(grads, 1);
      e.adamW({ params, grads, m, v }, { lr: 0.1, beta1: 0.9, beta2: 0.99, eps: 1e-8, weightDecay: 0.1, step: 1 });
      return [...params, ...grads, ...m, ...v];
    }, 1e-5);
  });

  test("CUDA: autocast runs in bfloat16, and tensors of two devices do not mix", async () => {
    const cuda = await openEngine({ device: "cuda" });
    cuda.tidy(() => {
      const x = cuda.full([4, 4], 1);
      assert.equal(cuda.autocast("bfloat16", () => cuda.matmul(x, x)).dtype, "bfloat16");
      assert.throws(
        () => cuda.add(x, cpu.full([4, 4], 1)),
        /^EngineError: add: .*device.*Make all tensors with the same engine/,
      );
    });
  });

  test("CUDA: a gradient on the CPU before CUDA is opened does no harm", () => {
    const child = fileURLToPath(new URL("child/cpuThenCuda.ts", import.meta.url));
    const node = ["--import", "tsx", "--conditions=source", child];
    const { stdout, stderr } = spawnSync(process.execPath, node, { encoding: "utf8" });
    assert.equal(stdout, "[6,6]", stderr);
  });

  test("CUDA: an id out of range is refused before the GPU meets it, and the engine goes on", async () => {
    const cuda = await openEngine({ device: "cuda" });
    cuda.tidy(() => {
      const table = cuda.full([5, 2], 1);
      const given = cuda.tensor([0, 5], [2], "int64");
      const computed = cuda.sub(cuda.arange(0, 3), 1);
      assert.throws(() => cuda.embedding(table, given), /^EngineError: embedding: ids must be in 0 \.\. 4, got 5\./);
      assert.throws(() => cuda.indexSelect(table, 0, computed), /^EngineError: indexSelect: ids must be .* got -1\./);
      cuda.assign(cuda.reshape(given, [1, 2]), cuda.tensor([[1], [9]].flat(), [1, 2], "int64"));
      assert.throws(() => cuda.embedding(table, given), /got 9\./);
      cuda.assign(given, cuda.arange(1, 3));
      assert.deepEqual([...cuda.toFloat32(cuda.indexSelect(table, 0, given))], [1, 1, 1, 1]);
    });
  });

  test("CUDA: a tensor larger than the GPU's memory is one clear error, and the engine goes on", async () => {
    const cuda = await openEngine({ device: "cuda" });
    const problem = /^EngineError: full: CUDA out of memory.*Use smaller batches or shapes, or free tensors first/;
    assert.throws(() => cuda.full([1 << 20, 1 << 20], 1), problem);
    assert.equal(
      cuda.tidy(() => cuda.item(cuda.sum(cuda.full([1000], 1)))),
      1000,
    );
  });
});
