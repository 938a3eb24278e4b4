import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import type { Engine, Tensor } from "../engine/engine.ts";
import { readSafetensors } from "../engine/safetensors.ts";

/** What a checkpoint may hold beside the backbone: heads of other tasks, and tables that follow from the config. */
const OTHER_PARTS = /^(?:lm_head\.|cls\.|pooler\.|classifier\.)|(?:rotary_emb\.inv_freq|embeddings\.position_ids)$/;

/**
 * Reads the parameters of a model from the safetensors of a Hugging Face folder, one file or sharded, and checks
 * them against what the config asks for.
 *
 * Names may carry the prefix `model.` or `bert.`. Heads (`lm_head`, `cls`, `pooler`, `classifier`) that `shapes` does
 * not name are left in the file: an embedding model has no use for them. Only the wanted tensors are read, so the first
 * layers of a big checkpoint cost what they weigh. bfloat16 becomes float32.
 *
 * @param shapes  name without prefix -> shape
 * @param skip    names (without prefix) to pass over, e.g. those of further layers
 * @returns name without prefix -> tensor, in the order of `shapes`; the caller frees them
 * @throws {InputError} no weights, or tensors that are missing, unexpected or wrongly shaped: names every one
 */
export function readCheckpoint(
  engine: Engine,
  folder: string,
  shapes: Map<string, number[]>,
  skip: (name: string) => boolean = () => false,
): Map<string, Tensor> {
  const path = weightsFile(folder);
  const unexpected: string[] = [];
  const { tensors } = readSafetensors(engine, path, {
    only: (fullName) => {
      const name = bare(fullName);
      if (shapes.has(name)) return true;
      if (!OTHER_PARTS.test(name) && !skip(name)) unexpected.push(fullName);
      return false;
    },
  });
  const found = new Map([...tensors].map(([fullName, tensor]) => [bare(fullName), tensor]));
  const problems: string[] = [];
  for (const [name, shape] of shapes) {
    const tensor = found.get(name);
    if (tensor === undefined) problems.push(`${name} is missing`);
    else if (tensor.shape.join() !== shape.join()) {
      problems.push(`${name} is [${tensor.shape.join(", ")}], the config asks for [${shape.join(", ")}]`);
    }
  }
  for (const name of unexpected) problems.push(`${name} is not part of the config's model`);
  if (problems.length > 0) {
    engine.free(...tensors.values());
    const list = problems.join("; ");
    throw new InputError(path, `does not fit config.json: ${list}`, "Take config and weights from the same model.");
  }
  return new Map([...shapes.keys()].map((name) => [name, asFloat32(engine, found.get(name)!)]));
}

/** @throws {InputError} when the folder holds no safetensors */
function weightsFile(folder: string): string {
  for (const name of ["model.safetensors", "model.safetensors.index.json"]) {
    if (existsSync(join(folder, name))) return join(folder, name);
  }
  const pickled = existsSync(join(folder, "pytorch_model.bin"));
  const todo = pickled ? "Convert its pytorch_model.bin to safetensors." : "Give the folder of a model.";
  throw new InputError(folder, "holds no model.safetensors and no model.safetensors.index.json", todo);
}

function bare(name: string): string {
  return name.replace(/^(?:model|bert)\./, "");
}

function asFloat32(engine: Engine, tensor: Tensor): Tensor {
  if (tensor.dtype === "float32") return tensor;
  const cast = engine.keep(engine.cast(tensor, "float32"));
  engine.free(tensor);
  return cast;
}
