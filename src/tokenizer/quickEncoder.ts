import type { AddedTokens } from "./addedTokens.ts";
import { BertScanner } from "./bertScanner.ts";
import { Bpe } from "./bpe.ts";
import type { Fields } from "./fields.ts";
import { type MetaspaceOptions, MetaspaceScanner } from "./metaspaceScanner.ts";
import type { Normalize } from "./normalizer.ts";
import type { SplitStep } from "./pieceSplitter.ts";
import { prependScheme } from "./prependScheme.ts";
import type { QuickEncoder } from "./sectionEncoder.ts";
import type { WordCache } from "./wordCache.ts";
import type { WordModel } from "./wordModel.ts";

/** What the choice of a quick way depends on. */
export interface QuickParts {
  normalizer: Fields | undefined;
  preTokenizer: Fields | undefined;
  model: WordModel;
  cache: WordCache;
  normalize: Normalize;
  steps: readonly SplitStep[];
  added: AddedTokens;
}

/** The quick way to a tokenizer's ids, where its parts are of a kind that has one. */
export function quickEncoder(parts: QuickParts): QuickEncoder | undefined {
  const { normalizer, preTokenizer, model, cache, added } = parts;
  if (normalizer?.type === "BertNormalizer" && preTokenizer?.type === "BertPreTokenizer")
    return added.normalizedPatterns.length === 0 ? new BertScanner(cache, parts.normalize, parts.steps) : undefined;
  if (!(model instanceof Bpe)) return undefined;
  const options =
    normalizer && !preTokenizer
      ? markingNormalizer(normalizer)
      : preTokenizer?.type === "Metaspace" && !normalizer
        ? metaspace(preTokenizer)
        : undefined;
  if (options === undefined || options.mark.length !== 1) return undefined;
  if (!options.splitRuns && !model.canCutBefore(options.mark)) return undefined;
  return new MetaspaceScanner(cache, options, added.normalizedPatterns);
}

/** Llama-2's spelling: `Prepend` and `Replace` as normalizers, or `Replace` alone. */
function markingNormalizer(normalizer: Fields): MetaspaceOptions | undefined {
  const steps = normalizer.type === "Sequence" ? normalizer.children("normalizers") : [normalizer];
  const types = steps.map((step) => step.type).join();
  if (types !== "Prepend,Replace" && types !== "Replace") return undefined;
  const replace = steps[steps.length - 1];
  const mark = replace.string("content");
  if (replace.child("pattern").raw.String !== " ") return undefined;
  if (steps.length === 2 && steps[0].string("prepend") !== mark) return undefined;
  return { mark, prepend: steps.length === 2 ? "always" : "never", prependBeforeMark: true, splitRuns: false };
}

function metaspace(part: Fields): MetaspaceOptions {
  return {
    mark: part.char("replacement"),
    prepend: prependScheme(part),
    prependBeforeMark: false,
    splitRuns: part.boolean("split", true),
  };
}
