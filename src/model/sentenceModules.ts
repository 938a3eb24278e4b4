import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { activation } from "./activation.ts";
import { defaultPrompt } from "./defaultPrompt.ts";
import type { Dense, HeadStep } from "./head.ts";
import { JsonFields, readJson } from "./jsonFields.ts";
import type { Pooling } from "./pooling.ts";
import { readTransformer, type TransformerModule } from "./readTransformer.ts";

/** What a sentence-transformers folder says beside the transformer itself. */
export interface SentenceModules extends TransformerModule {
  pooling: Pooling;
  head: HeadStep[];
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
  const found: SentenceModules = { ...plain, backbone: folder, head: [], prompt: defaultPrompt(folder) };
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
