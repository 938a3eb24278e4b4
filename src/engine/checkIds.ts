import { EngineError } from "../base/errors.ts";
import type { Tensor, TensorData } from "./engine.ts";
import type { TorchEngine } from "./torchEngine.ts";
import { TorchTensor } from "./torchTensor.ts";

/**
 * Refuses ids that lie outside of the dimension `dim` of `x` before a GPU's kernel meets them: there torch only asserts,
 * and after that no operation works any more in this process. On the CPU torch looks itself.
 *
 * Ids that came from JavaScript have a known range; others are looked at, which waits for the GPU.
 *
 * @throws {EngineError} when an id is outside
 */
export function checkIds(engine: TorchEngine, who: string, ids: Tensor, x: Tensor, dim: number): void {
  if (engine.device === "cpu" || !isOurs(ids) || !isOurs(x)) return;
  const size = x.shape.at(dim);
  if (size === undefined || (ids.dtype !== "int64" && ids.dtype !== "int32")) return;
  const [least, most] = engine.knownRange(ids) ?? rangeOnDevice(engine, ids);
  if (least >= 0 && most < size) return;
  const todo = "Use dimensions and ids that lie within the tensor's shape.";
  throw new EngineError(who, `ids must be in 0 .. ${size - 1}, got ${least < 0 ? least : most}`, todo);
}

/** The least and the greatest of whole numbers; of none, an empty range. */
export function rangeOf(data: Exclude<TensorData, readonly number[]> | Float64Array): [least: number, most: number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    const id = Number(value);
    if (id < least) least = id;
    if (id > most) most = id;
  }
  return [least, most];
}

function rangeOnDevice(engine: TorchEngine, ids: TorchTensor): [least: number, most: number] {
  if (ids.shape.includes(0)) return [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return engine.tidy(() => [-engine.item(engine.max(engine.neg(ids))), engine.item(engine.max(ids))]);
}

/** What is no tensor, or was freed, the addon refuses. */
function isOurs(x: Tensor): x is TorchTensor {
  return x instanceof TorchTensor && x.id >= 0;
}
