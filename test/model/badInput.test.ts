import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { InputError } from "../../src/base/errors.ts";
import { Random } from "../../src/base/random.ts";
import type { Tensor } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { readSafetensors, writeSafetensors } from "../../src/engine/safetensors.ts";
import { Embedder } from "../../src/model/embedder.ts";
import { registeredFolder } from "../../src/model/registered.ts";
import { loadTokenizer } from "../../src/tokenizer/loadTokenizer.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/model");
const engine = await openEngine({ threads: 1 });
const temporary = mkdtempSync(join(tmpdir(), "sulam-bad-"));
after(() => rmSync(temporary, { recursive: true }));
let copies = 0;

function copyOf(name: string): string {
  const folder = join(temporary, String(copies++));
  cpSync(join(FIXTURES, name), folder, { recursive: true });
  return folder;
}

function edit(folder: string, file: string, change: (json: Record<string, unknown>) => unknown): void {
  const path = join(folder, file);
  const json = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify(change(json) ?? json));
}

async function refused(folder: string, message: RegExp): Promise<void> {
  const before = engine.memory();
  await assert.rejects(Embedder.load(folder, { engine }), (error: unknown) => {
    assert.ok(error instanceof InputError, String(error));
    assert.match(error.message, message);
    return true;
  });
  assert.deepEqual(engine.memory(), before, "a failed load keeps no tensor");
}

test("a name that is nothing is refused with what may be given", async () => {
  for (const name of ["no-such-model", "./no-such-model", "../no-such-model", "/no-such-model", "a/no-such/model"])
    await refused(name, /no-such.model: is no folder and no registered model\. Give a folder, `minilm`/);
  assert.equal(await registeredFolder("maxilm"), undefined);
});

test("a model type that is not supported is named, with those that are", async () => {
  const folder = copyOf("st6-bert");
  edit(folder, "config.json", (json) => ({ ...json, model_type: "t5" }));
  await refused(folder, /config\.json: model type `t5` is not supported\. Supported are bert, llama, mistral\./);
});

test("a wrong field of a config is named with its value", async () => {
  const folder = copyOf("st6-bert");
  edit(folder, "config.json", (json) => ({ ...json, num_hidden_layers: "two" }));
  await refused(folder, /config\.json: field `num_hidden_layers` must be a whole number of 1 or more, got "two"/);
  edit(folder, "config.json", (json) => ({ ...json, num_hidden_layers: 2, hidden_act: "mish" }));
  await refused(folder, /config\.json: activation `mish` is not known/);
  edit(folder, "config.json", (json) => ({ ...json, hidden_act: "gelu", is_decoder: true }));
  await refused(folder, /config\.json: is_decoder true is not supported/);
  writeFileSync(join(folder, "config.json"), "{");
  await refused(folder, /config\.json: is not JSON/);
  rmSync(join(folder, "config.json"));
  await refused(folder, /config\.json: there is no such file/);
});

test("truncated weights are refused", async () => {
  const folder = copyOf("st5-mistral");
  truncateSync(join(folder, "model.safetensors"), 20000);
  await refused(folder, /model\.safetensors/);
  writeFileSync(join(folder, "model.safetensors"), "not safetensors at all");
  await refused(folder, /model\.safetensors/);
  rmSync(join(folder, "model.safetensors"));
  await refused(folder, /holds no model\.safetensors/);
  writeFileSync(join(folder, "pytorch_model.bin"), "");
  await refused(folder, /Convert its pytorch_model\.bin to safetensors/);
});

test("a mismatch of config and weights names every tensor: missing, unexpected, wrongly shaped", async () => {
  const folder = copyOf("st5-mistral");
  const path = join(folder, "model.safetensors");
  const { tensors } = readSafetensors(engine, path);
  const extra = engine.keep(engine.full([2], 0));
  const changed = new Map<string, Tensor>([...tensors, ["surprise.weight", extra], ["norm.weight", extra]]);
  changed.delete("layers.0.mlp.up_proj.weight");
  changed.delete("layers.1.self_attn.k_proj.weight");
  writeSafetensors(engine, path, changed);
  engine.free(...tensors.values(), extra);
  const parts = [
    "layers\\.0\\.mlp\\.up_proj\\.weight is missing",
    "layers\\.1\\.self_attn\\.k_proj\\.weight is missing",
    "norm\\.weight is \\[2\\], the config asks for \\[32\\]",
    "surprise\\.weight is not part of the config's model",
  ];
  for (const part of parts) await refused(folder, new RegExp(part));
});

test("a checkpoint with more layers than its config is not cut silently", async () => {
  const folder = copyOf("st5-mistral");
  edit(folder, "config.json", (json) => ({ ...json, num_hidden_layers: 1 }));
  await refused(folder, /layers\.1\.self_attn\.q_proj\.weight is not part of the config's model/);
});

test("a tokenizer with more ids than the model has embeddings is refused", async () => {
  const folder = copyOf("st5-mistral");
  edit(folder, "tokenizer.json", (json) => {
    const added = json.added_tokens as unknown[];
    const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
    added.push({ id: 999, content: "<extra>", ...flags });
  });
  await refused(folder, /the tokenizer has 457 ids, the model has 456 embeddings/);
});

test("modules, poolings and dense layers that are not supported are named", async () => {
  const folder = copyOf("st6-bert");
  edit(folder, "1_Pooling/config.json", (json) => ({ ...json, pooling_mode: "max" }));
  await refused(
    folder,
    /1_Pooling\/config\.json: pooling \["max"\] is not supported\. Supported are mean, cls, lasttoken/,
  );
  edit(folder, "1_Pooling/config.json", (json) => ({ ...json, pooling_mode: "mean", include_prompt: false }));
  const prompt = { prompts: { query: "query: " }, default_prompt_name: "query" };
  edit(folder, "config_sentence_transformers.json", (json) => ({ ...json, ...prompt }));
  await refused(folder, /1_Pooling\/config\.json: include_prompt false, with a default prompt, is not supported/);
  edit(folder, "1_Pooling/config.json", (json) => ({ ...json, include_prompt: true }));
  edit(folder, "2_Dense/config.json", (json) => ({ ...json, in_features: 31 }));
  await refused(folder, /2_Dense\/config\.json: in_features must be 32, the width before it, got 31/);
  edit(folder, "2_Dense/config.json", (json) => ({ ...json, in_features: 32, out_features: 15 }));
  await refused(folder, /2_Dense\/model\.safetensors: .*linear\.weight is \[16, 32\], the config asks for \[15, 32\]/);
  writeFileSync(
    join(folder, "modules.json"),
    JSON.stringify([{ path: "", type: "sentence_transformers.models.CLIPModel" }]),
  );
  await refused(folder, /module `sentence_transformers\.models\.CLIPModel` is not supported here/);
  writeFileSync(join(folder, "modules.json"), "{}");
  await refused(folder, /modules\.json: must hold a list of modules/);
});

test("a text longer than the position table is refused when nothing truncates it", async () => {
  const embedder = await Embedder.load(join(FIXTURES, "st6-bert"), { engine, maxLength: 100 });
  await assert.rejects(
    embedder.encode(["buku ".repeat(120)]),
    /encoder: a text has 100 tokens, the model has 64 positions/,
  );
  embedder.dispose();
});

test("a save that fails leaves the model that was there whole", async () => {
  const folder = join(temporary, "saved");
  const embedder = await Embedder.load(join(FIXTURES, "st6-bert"), { engine });
  await embedder.save(folder);
  const before = readFileSync(join(folder, "model.safetensors"));
  const tokenizer = loadTokenizer(join(FIXTURES, "st5-mistral"));
  const config = {
    model_type: "llama",
    hidden_size: 8,
    intermediate_size: 8,
    num_hidden_layers: 1,
    num_attention_heads: 1,
  };
  const broken = Embedder.create({ engine, tokenizer, config, random: new Random(0) });
  broken.dispose();
  await assert.rejects(broken.save(folder));
  assert.ok(before.equals(readFileSync(join(folder, "model.safetensors"))));
  // A file in the way of the folder above it.
  mkdirSync(join(temporary, "above"));
  writeFileSync(join(temporary, "above", "file"), "");
  await assert.rejects(embedder.save(join(temporary, "above", "file", "model")));
  embedder.dispose();
});
