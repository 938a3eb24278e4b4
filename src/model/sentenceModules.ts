import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { activation } from "./activation.ts";
import type { Dense, HeadStep } from "./head.ts";
import { JsonFields, readJson } from "./jsonFields.ts";
import type { Pooling } from "./pooling.ts";

/** What a sentence-transformers folder says beside the transformer itself. */
export interface SentenceModules {
  /** The folder of the transformer. */
  backbone: string;
  pooling: Pooling;
  head: HeadStep[];
  /** Tokens of a text, special ones included; undefined: see the tokenizer and the model. */
  maxLength: number | undefined;
  /** Texts are lower-cased before the tokenizer sees them. */
  lowerCase: boolean;
  /** Put before every text. */
  prompt: string;
}

const POOLINGS: readonly string[] = ["mean", "cls", "lasttoken"] satisfies Pooling[];

/**
 * Reads `modules.json` and the modules' configs, as written by sentence-transformers 2 to 6. A plain Hugging Face
 * folder (no `modules.json`) gets mean pooling and normalisation.
 *
 * @throws {InputError} for a module, pooling or activation that is not supported
 * @see https://sbert.net/docs/sentence_transformer/usage/custom_models.html
 */
export function readSentenceModules(folder: string): SentenceModules {
  const plain = {
    pooling: "mean",
    head: [{ type: "normalize" }],
    maxLength: undefined,
    lowerCase: false,
    prompt: "",
  } as const;
  const list = join(folder, "modules.json");
  if (!existsSync(list)) return { ...plain, backbone: folder, head: [...plain.head] };
  const entries = readJson(list);
  if (!Array.isArray(entries)) throw new InputError(list, "must hold a list of modules", "Fetch the file again.");
  const modules = entries.map((entry, i) => new JsonFields(`${list} (${i})`, entry));
  const found: SentenceModules = { ...plain, backbone: folder, head: [], prompt: readPrompt(folder) };
  modules.forEach((module, i) => {
    const type = module.string("type").split(".").pop();
    const path = join(folder, module.string("path"));
    if (i === 0 && type === "Transformer") Object.assign(found, readTransformer(path));
    else if (i === 1 && type === "Pooling") found.pooling = readPooling(join(path, "config.json"), found.prompt);
    else if (i > 1 && type === "Dense") found.head.push(readDense(path, module.string("path")));
    else if (i > 1 && type === "Normalize") found.head.push({ type: "normalize" });
    else {
      const todo = "Supported are Transformer, Pooling, then any of Dense and Normalize.";
      throw new InputError(module.file, `module \`${module.string("type")}\` is not supported here`, todo);
    }
  });
  if (modules.length < 2) throw new InputError(list, "must name a Transformer and a Pooling", "Fetch the file again.");
  return found;
}

function readTransformer(path: string): Pick<SentenceModules, "backbone" | "maxLength" | "lowerCase"> {
  const file = join(path, "sentence_bert_config.json");
  if (!existsSync(file)) return { backbone: path, maxLength: undefined, lowerCase: false };
  const fields = JsonFields.read(file);
  return {
    backbone: path,
    maxLength: fields.has("max_seq_length") ? fields.count("max_seq_length") : undefined,
    lowerCase: fields.boolean("do_lower_case", false),
  };
}

/** sentence-transformers 6 writes `pooling_mode`, earlier versions one boolean a mode. */
function readPooling(file: string, prompt: string): Pooling {
  const fields = JsonFields.read(file);
  if (prompt !== "" && !fields.boolean("include_prompt", true)) {
    const problem = "include_prompt false, with a default prompt, is not supported";
    throw new InputError(file, problem, "Take out default_prompt_name, or set include_prompt to true.");
  }
  const flags: Record<string, string> = { cls_token: "cls", mean_tokens: "mean" };
  const modes = fields.has("pooling_mode")
    ? [fields.raw.pooling_mode].flat()
    : Object.keys(fields.raw)
        .filter((key) => key.startsWith("pooling_mode_") && fields.raw[key] === true)
        .map((key) => key.slice("pooling_mode_".length))
        .map((mode) => flags[mode] ?? mode);
  const [mode] = modes;
  if (modes.length === 1 && typeof mode === "string" && POOLINGS.includes(mode)) return mode as Pooling;
  throw new InputError(
    file,
    `pooling ${JSON.stringify(modes)} is not supported`,
    `Supported are ${POOLINGS.join(", ")}.`,
  );
}

function readDense(path: string, name: string): Dense {
  const fields = JsonFields.read(join(path, "config.json"));
  const residual = fields.boolean("use_residual", false);
  const input = fields.string("module_input_name", "sentence_embedding");
  if (residual || input !== "sentence_embedding") {
    const came = residual ? "use_residual" : `module_input_name ${input}`;
    throw new InputError(
      fields.file,
      `${came} is not supported`,
      "Give a dense layer on the sentence embedding alone.",
    );
  }
  const act = fields.string("activation_function", "torch.nn.modules.activation.Tanh").split(".").pop()!.toLowerCase();
  activation(fields.file, act);
  return {
    type: "dense",
    name,
    inFeatures: fields.count("in_features"),
    outFeatures: fields.count("out_features"),
    bias: fields.boolean("bias", true),
    activation: act,
  };
}

/** The prompt that sentence-transformers puts before every text when none is chosen. */
function readPrompt(folder: string): string {
  const file = join(folder, "config_sentence_transformers.json");
  if (!existsSync(file)) return "";
  const fields = JsonFields.read(file);
  if (!fields.has("default_prompt_name")) return "";
  return fields.object("prompts")?.string(fields.string("default_prompt_name"), "") ?? "";
}
