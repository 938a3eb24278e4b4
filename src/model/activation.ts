import { InputError } from "../base/errors.ts";
import type { Engine, Tensor } from "../engine/engine.ts";

/** The activations that configs may name, by Hugging Face's names and by PyTorch's classes. */
const FUNCTIONS = new Map<string, (engine: Engine, x: Tensor) => Tensor>([
  ["gelu", (engine, x) => engine.gelu(x)],
  ["gelu_new", (engine, x) => engine.gelu(x, true)],
  ["gelu_pytorch_tanh", (engine, x) => engine.gelu(x, true)],
  ["relu", (engine, x) => engine.relu(x)],
  ["silu", (engine, x) => engine.silu(x)],
  ["swish", (engine, x) => engine.silu(x)],
  ["tanh", (engine, x) => engine.tanh(x)],
  ["sigmoid", (engine, x) => engine.sigmoid(x)],
  ["identity", (_engine, x) => x],
]);

/**
 * An elementwise activation by name: `gelu` is exact (erf), `gelu_new` and `gelu_pytorch_tanh` its tanh form.
 *
 * @param who the file that names it, for the error
 * @throws {InputError} for a name that is not known; lists those that are
 */
export function activation(who: string, name: string): (engine: Engine, x: Tensor) => Tensor {
  const found = FUNCTIONS.get(name);
  if (found !== undefined) return found;
  throw new InputError(who, `activation \`${name}\` is not known`, `Known are ${[...FUNCTIONS.keys()].join(", ")}.`);
}
