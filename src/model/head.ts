import type { Engine, Tensor } from "../engine/engine.ts";
import { activation } from "./activation.ts";

/** A dense layer after pooling; its parameters are `NAME.linear.weight` and, with bias, `NAME.linear.bias`. */
export interface Dense {
  type: "dense";
  /** Folder of the module, e.g. `2_Dense`. */
  name: string;
  inFeatures: number;
  outFeatures: number;
  bias: boolean;
  /** A name that `activation` knows, e.g. `tanh` or `identity`. */
  activation: string;
}

/** Division by the Euclidean norm. */
export interface Normalize {
  type: "normalize";
}

/** What follows pooling, in order, as sentence-transformers' modules. */
export type HeadStep = Dense | Normalize;

/**
 * Applies the modules after pooling.
 *
 * @param pooled [B, H]
 * @param params holds the dense layers' tensors
 * @returns [B, D]
 */
export function applyHead(
  engine: Engine,
  pooled: Tensor,
  steps: readonly HeadStep[],
  params: ReadonlyMap<string, Tensor>,
): Tensor {
  let x = pooled;
  for (const step of steps) {
    if (step.type === "normalize") {
      x = engine.normalize(x);
      continue;
    }
    const y = engine.linear(x, params.get(`${step.name}.linear.weight`)!, params.get(`${step.name}.linear.bias`));
    x = activation(step.name, step.activation)(engine, y);
  }
  return x;
}

/** Names and shapes of the head's parameters. */
export function headShapes(steps: readonly HeadStep[]): Map<string, number[]> {
  const shapes = new Map<string, number[]>();
  for (const step of steps) {
    if (step.type === "normalize") continue;
    shapes.set(`${step.name}.linear.weight`, [step.outFeatures, step.inFeatures]);
    if (step.bias) shapes.set(`${step.name}.linear.bias`, [step.outFeatures]);
  }
  return shapes;
}

/** D, the width of what `applyHead` returns for input of width `hiddenSize`. */
export function headWidth(hiddenSize: number, steps: readonly HeadStep[]): number {
  return steps.reduce((width, step) => (step.type === "dense" ? step.outFeatures : width), hiddenSize);
}
