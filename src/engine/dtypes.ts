import type { DType } from "./engine.ts";

/** Element types by ATen's number (c10/core/ScalarType.h). uint8 and the floats of other sizes occur in files only. */
export const dtypes: { codeOf: Record<DType | "uint8" | "float16" | "float64", number>; nameOf(code: number): DType } =
  {
    codeOf: { uint8: 0, int32: 3, int64: 4, float16: 5, float32: 6, float64: 7, bool: 11, bfloat16: 15 },
    nameOf(code: number): DType {
      for (const [name, value] of Object.entries(dtypes.codeOf)) if (value === code) return name as DType;
      throw new RangeError(`no element type has number ${code}`);
    },
  };
