import { sha256 } from "../../../src/base/hash.ts";
import { Random } from "../../../src/base/random.ts";
import type { Tensor } from "../../../src/engine/engine.ts";
import { openEngine } from "../../../src/engine/openEngine.ts";

/**
 * A process of its own: trains a small causal transformer for `argv[2]` steps on batches of changing length and prints
 * {"rss20", "rssLast", "tensors", "hash"}; `hash` is over the bytes of all parameters.
 */
const steps = Number(process.argv[2]);
const engine = await openEngine({ threads: 1 });
const random = new Random(7);
const [V, H, heads, B] = [500, 64, 4, 8];

function weight(...shape: number[]): Tensor {
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal() * 0.1);
  return engine.keep(engine.tensor(data, shape));
}

const [embedding, norm] = [weight(V, H), engine.keep(engine.full([H], 1))];
const [qkv, out, gate, up, down] = [
  weight(3 * H, H),
  weight(H, H),
  weight(4 * H, H),
  weight(4 * H, H),
  weight(H, 4 * H),
];
const params = [embedding, norm, qkv, out, gate, up, down];
const [m, v] = [params, params].map((list) => list.map((p) => engine.keep(engine.zerosLike(p))));

function loss(ids: Tensor, T: number): Tensor {
  let x = engine.embedding(embedding, ids);
  const split = engine.split(engine.linear(engine.rmsNorm(x, norm, 1e-5), qkv), [H, H, H], 1);
  const [q, k, w] = split.map((t) => engine.transpose(engine.reshape(t, [B, T, heads, H / heads]), 1, 2));
  const attended = engine.transpose(engine.attention(q, k, w, { causal: true }), 1, 2);
  x = engine.add(x, engine.linear(engine.reshape(attended, [B * T, H]), out));
  x = engine.add(x, engine.linear(engine.mul(engine.silu(engine.linear(x, gate)), engine.linear(x, up)), down));
  return engine.crossEntropy(engine.linear(x, embedding), ids);
}

/** Steps on short texts before the first: V8 compiles the JavaScript in them, which takes some 10 MB, not all at once. */
const WARM_UP = 600;

function step(n: number): void {
  // The longest batch comes early: what is measured at step 20 has seen the largest step.
  const T = n <= 0 ? 2 : n === 10 ? 47 : 16 + random.int(32);
  const ids = engine.tensor(
    Array.from({ length: B * T }, () => random.int(V)),
    [B * T],
    "int64",
  );
  const { grads } = engine.valueAndGrad(() => loss(ids, T), params);
  engine.clipGradNorm(grads, 1);
  engine.adamW(
    { params, grads, m, v },
    { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01, step: n + WARM_UP },
  );
}

function rss(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

let rss20 = 0;
for (let n = 1 - WARM_UP; n <= steps; n++) {
  engine.tidy(() => step(n));
  if (n === 20) rss20 = rss();
}
const bytes = Buffer.concat(params.map((p) => Buffer.from(engine.toFloat32(p).buffer)));
const report = { rss20, rssLast: rss(), tensors: engine.memory().tensors, hash: sha256(bytes) };
process.stdout.write(JSON.stringify(report));
