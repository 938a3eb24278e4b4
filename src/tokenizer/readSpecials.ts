import type { JsonObject } from "./fields.ts";
import type { Specials } from "./tokenizer.ts";

type Role = keyof Specials;

/** Each role's field in `tokenizer_config.json`, and how it is spelt where no configuration says. */
const ROLES: Record<Role, { key: string; usual: readonly string[] }> = {
  bos: { key: "bos_token", usual: ["<s>", "<|begin_of_text|>"] },
  eos: { key: "eos_token", usual: ["</s>", "<|end_of_text|>", "<|endoftext|>"] },
  pad: { key: "pad_token", usual: ["<pad>", "[PAD]"] },
  cls: { key: "cls_token", usual: ["[CLS]"] },
  sep: { key: "sep_token", usual: ["[SEP]"] },
  unk: { key: "unk_token", usual: ["<unk>", "[UNK]"] },
  mask: { key: "mask_token", usual: ["[MASK]", "<mask>"] },
};

/**
 * The ids of the tokens that have a role: as `configs` name them (a string, or an object with `content`; the first
 * that has the field decides, null meaning none), else by their usual names.
 */
export function readSpecials(configs: readonly JsonObject[], idOf: (token: string) => number | undefined): Specials {
  const specials: Specials = {};
  for (const [role, { key, usual }] of Object.entries(ROLES) as [Role, (typeof ROLES)[Role]][]) {
    const named = configs.find((config) => config[key] !== undefined)?.[key];
    const names = named === undefined ? usual : [contentOf(named)];
    for (const name of names) {
      const id = name === undefined ? undefined : idOf(name);
      if (id !== undefined) {
        specials[role] = id;
        break;
      }
    }
  }
  return specials;
}

function contentOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const content = (value as JsonObject | null)?.content;
  return typeof content === "string" ? content : undefined;
}
