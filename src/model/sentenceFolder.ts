import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Engine, Tensor } from "../engine/engine.ts";
import { writeSafetensors } from "../engine/safetensors.ts";
import type { Dense, HeadStep } from "./head.ts";
import type { Pooling } from "./pooling.ts";

/** Everything that a sentence-transformers folder holds. */
export interface SentenceFolder {
  /** The Hugging Face config of the transformer. */
  config: Record<string, unknown>;
  /** Parameters of the transformer and of the dense layers. */
  params: ReadonlyMap<string, Tensor>;
  pooling: Pooling;
  head: readonly HeadStep[];
  hiddenSize: number;
  maxLength: number;
  lowerCase: boolean;
  /** File name -> content: the tokenizer and its like, written as they are. */
  files: ReadonlyMap<string, string | Uint8Array>;
}

const ACTIVATION_CLASSES: Record<string, string> = {
  tanh: "torch.nn.modules.activation.Tanh",
  relu: "torch.nn.modules.activation.ReLU",
  gelu: "torch.nn.modules.activation.GELU",
  silu: "torch.nn.modules.activation.SiLU",
  sigmoid: "torch.nn.modules.activation.Sigmoid",
  identity: "torch.nn.modules.linear.Identity",
};

/**
 * Writes a folder that sentence-transformers 2 to 6 and `Embedder.load` read.
 *
 * All is written into a temporary folder beside the target, which then takes its place. A model that was there before
 * stays whole when the disk is full or the process dies; only between the two renames does it lie beside its place, as
 * `FOLDER.PID.old`.
 *
 * @throws {EngineError | Error} when a file cannot be written
 */
export function writeSentenceFolder(engine: Engine, folder: string, model: SentenceFolder): void {
  const target = resolve(folder);
  const fresh = `${target}.${process.pid}.tmp`;
  const old = `${target}.${process.pid}.old`;
  mkdirSync(dirname(target), { recursive: true });
  rmSync(fresh, { recursive: true, force: true });
  try {
    mkdirSync(fresh);
    writeModel(engine, fresh, model);
    const replaces = moveAway(target, old);
    try {
      renameSync(fresh, target);
    } catch (error) {
      if (replaces) renameSync(old, target);
      throw error;
    }
    if (replaces) rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function writeModel(engine: Engine, folder: string, model: SentenceFolder): void {
  const dense = model.head.filter((step): step is Dense => step.type === "dense");
  const isHead = (name: string): boolean => dense.some((step) => name.startsWith(`${step.name}.`));
  const backbone = new Map([...model.params].filter(([name]) => !isHead(name)));
  writeSafetensors(engine, join(folder, "model.safetensors"), backbone, { format: "pt" });
  writeJson(join(folder, "config.json"), model.config);
  for (const [name, content] of model.files) writeFileSync(join(folder, name), content);
  writeJson(join(folder, "sentence_bert_config.json"), {
    max_seq_length: model.maxLength,
    do_lower_case: model.lowerCase,
  });
  mkdirSync(join(folder, "1_Pooling"));
  writeJson(join(folder, "1_Pooling", "config.json"), {
    word_embedding_dimension: model.hiddenSize,
    pooling_mode_cls_token: model.pooling === "cls",
    pooling_mode_mean_tokens: model.pooling === "mean",
    pooling_mode_max_tokens: false,
    pooling_mode_mean_sqrt_len_tokens: false,
    pooling_mode_weightedmean_tokens: false,
    pooling_mode_lasttoken: model.pooling === "lasttoken",
  });
  for (const step of dense) writeDense(engine, folder, step, model.params);
  writeJson(join(folder, "modules.json"), modulesList(model.head));
}

function writeDense(engine: Engine, folder: string, step: Dense, params: ReadonlyMap<string, Tensor>): void {
  mkdirSync(join(folder, step.name));
  writeJson(join(folder, step.name, "config.json"), {
    in_features: step.inFeatures,
    out_features: step.outFeatures,
    bias: step.bias,
    activation_function: ACTIVATION_CLASSES[step.activation],
  });
  const own = [...params].filter(([name]) => name.startsWith(`${step.name}.`));
  const tensors = new Map(own.map(([name, tensor]) => [name.slice(step.name.length + 1), tensor]));
  writeSafetensors(engine, join(folder, step.name, "model.safetensors"), tensors, { format: "pt" });
}

function modulesList(head: readonly HeadStep[]): unknown[] {
  const steps = head.map((step, i) =>
    step.type === "dense" ? { path: step.name, type: "Dense" } : { path: `${i + 2}_Normalize`, type: "Normalize" },
  );
  const modules = [{ path: "", type: "Transformer" }, { path: "1_Pooling", type: "Pooling" }, ...steps];
  return modules.map(({ path, type }, idx) => ({
    idx,
    name: String(idx),
    path,
    // The spelling of version 2 to 5, which 6 reads too.
    type: `sentence_transformers.models.${type}`,
  }));
}

/** Moves an existing folder out of the way. @returns whether there was one */
function moveAway(target: string, old: string): boolean {
  try {
    renameSync(target, old);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
