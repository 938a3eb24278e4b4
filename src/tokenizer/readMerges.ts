import type { Fields } from "./fields.ts";

/**
 * `merges` of a BPE model: `["a", "b"]`, or the older `"a b"`.
 *
 * @throws {InputError} when one is neither
 */
export function readMerges(model: Fields): [string, string][] {
  return model.array("merges").map((merge, i) => {
    const pair = typeof merge === "string" ? merge.split(" ") : merge;
    if (Array.isArray(pair) && pair.length === 2 && pair.every((token) => typeof token === "string"))
      return pair as [string, string];
    throw model.error(`\`model.merges[${i}]\` must be two tokens, got ${JSON.stringify(merge)}`);
  });
}
