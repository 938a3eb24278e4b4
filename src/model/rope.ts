import { InputError } from "../base/errors.ts";
import type { JsonFields } from "./jsonFields.ts";

/** How the wavelengths of rotary embeddings are stretched. */
export type RopeScaling =
  | { type: "default" }
  | { type: "linear"; factor: number }
  | { type: "llama3"; factor: number; lowFreqFactor: number; highFreqFactor: number; originalMaxPositions: number };

/** Rotary position embedding of a decoder. */
export interface RopeConfig {
  theta: number;
  scaling: RopeScaling;
}

/**
 * Reads the rotary settings of a Hugging Face config, in both spellings: `rope_parameters` (transformers 5), or
 * `rope_theta` and `rope_scaling` (with `rope_type` or the older `type`).
 *
 * @throws {InputError} for a scaling other than default, linear and llama3
 */
export function parseRope(config: JsonFields): RopeConfig {
  const fields = config.object("rope_parameters") ?? config.object("rope_scaling");
  const theta = fields?.has("rope_theta") ? fields.number("rope_theta") : config.number("rope_theta", 10000);
  if (fields === undefined) return { theta, scaling: { type: "default" } };
  const type = fields.has("rope_type") ? fields.string("rope_type") : fields.string("type", "default");
  if (type === "default") return { theta, scaling: { type } };
  if (type === "linear") return { theta, scaling: { type, factor: fields.number("factor") } };
  if (type !== "llama3") {
    throw new InputError(
      fields.file,
      `rope type \`${type}\` is not supported`,
      "Supported are default, linear, llama3.",
    );
  }
  const scaling = {
    type,
    factor: fields.number("factor"),
    lowFreqFactor: fields.number("low_freq_factor"),
    highFreqFactor: fields.number("high_freq_factor"),
    originalMaxPositions: fields.has("original_max_position_embeddings")
      ? fields.count("original_max_position_embeddings")
      : config.count("max_position_embeddings"),
  } as const;
  return { theta, scaling };
}

/**
 * Angular frequencies [headDim / 2] in radians per position, rounded to float32 as transformers does.
 *
 * Su et al. 2021 (arXiv:2104.09864); linear: positions divided by the factor (Chen et al. 2023, arXiv:2306.15595);
 * llama3: long wavelengths divided, short ones kept, those between interpolated (Llama 3.1's `rope_scaling`).
 */
export function inverseFrequencies(rope: RopeConfig, headDim: number): Float32Array {
  const frequencies = new Float32Array(headDim / 2);
  for (let i = 0; i < frequencies.length; i++) {
    frequencies[i] = stretch(1 / Math.fround(rope.theta ** Math.fround((2 * i) / headDim)), rope.scaling);
  }
  return frequencies;
}

function stretch(frequency: number, scaling: RopeScaling): number {
  if (scaling.type === "default") return frequency;
  if (scaling.type === "linear") return frequency / scaling.factor;
  const { factor, lowFreqFactor: low, highFreqFactor: high, originalMaxPositions: context } = scaling;
  const wavelength = (2 * Math.PI) / frequency;
  if (wavelength < context / high) return frequency;
  if (wavelength > context / low) return frequency / factor;
  const smooth = (context / wavelength - low) / (high - low);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}

/**
 * Cosine and sine of every angle position * frequency, [positions, headDim / 2] each, row-major.
 * Angles are rounded to float32 first, as in the reference.
 */
export function ropeTables(frequencies: Float32Array, positions: number): { cos: Float32Array; sin: Float32Array } {
  const width = frequencies.length;
  const cos = new Float32Array(positions * width);
  const sin = new Float32Array(positions * width);
  for (let t = 0; t < positions; t++) {
    for (let i = 0; i < width; i++) {
      const angle = Math.fround(t * frequencies[i]);
      cos[t * width + i] = Math.cos(angle);
      sin[t * width + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}
