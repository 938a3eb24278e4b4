import { EngineError } from "../base/errors.ts";
import type { DType, TensorData } from "./engine.ts";

/**
 * What `Engine.tensor` hands to the addon: a typed array that holds as many values as the shape, and a dtype.
 * @throws {EngineError} when they do not fit
 */
export function checkData(
  data: TensorData,
  shape: readonly number[],
  dtype?: DType,
): { data: Exclude<TensorData, readonly number[]> | Float64Array; dtype: DType } {
  const size = shape.reduce((a, b) => a * b, 1);
  if (shape.some((n) => !Number.isSafeInteger(n) || n < 0) || size !== data.length)
    throw new EngineError(
      "tensor",
      `the shape [${shape.join(", ")}] must hold the ${data.length} values of the data`,
      "Give non-negative sizes whose product is the number of values.",
    );
  if (data instanceof Float32Array) return { data, dtype: dtype ?? "float32" };
  if (data instanceof Int32Array) return { data, dtype: dtype ?? "int32" };
  if (data instanceof BigInt64Array) return { data, dtype: dtype ?? "int64" };
  if (data instanceof Uint8Array) return { data, dtype: dtype ?? "bool" };
  const integers = dtype === "int64" || dtype === "int32";
  const odd = data.findIndex((v) => typeof v !== "number" || (integers && !Number.isSafeInteger(v)));
  if (odd >= 0)
    throw new EngineError(
      "tensor",
      `value ${odd} must be ${integers ? "an integer" : "a number"}, got ${data[odd]}`,
      "Mend the data, or give another dtype.",
    );
  return { data: Float64Array.from(data), dtype: dtype ?? "float32" };
}
