import { InputError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import { openEngine } from "../engine/openEngine.ts";
import type { Encoder } from "../search/encoder.ts";
import { topK } from "../search/topK.ts";
import { encodeChecked } from "./encodeChecked.ts";
import type { QueryScores } from "./scoreRankings.ts";

/**
 * `sourceToTarget` and `targetToSource` of each pair of sentences, 1 where the search from that side found the other,
 * and their `mean`: what `bitextAccuracy` gives the means of.
 *
 * @throws {InputError} what `bitextAccuracy` throws
 */
export async function scoreBitext(
  encoder: Encoder,
  source: readonly string[],
  target: readonly string[],
  { onProgress }: { onProgress?: OnProgress } = {},
): Promise<QueryScores> {
  const who = "bitextAccuracy";
  if (source.length !== target.length)
    throw new InputError(
      who,
      `source and target must be equally many, got ${source.length} and ${target.length}`,
      "Sentence i of one is the translation of sentence i of the other.",
    );
  const a = await encodeChecked(encoder, { who, what: "source", texts: source, onProgress });
  const b = await encodeChecked(encoder, { who, what: "target", texts: target, onProgress });
  const engine = encoder.engine ?? (await openEngine());
  const found = (nearest: Int32Array, texts: readonly string[]): Float64Array =>
    Float64Array.from(texts, (text, i) => (texts[nearest[i]] === text ? 1 : 0));
  const sourceToTarget = found(topK(engine, a, b, 1).indices, target);
  const targetToSource = found(topK(engine, b, a, 1).indices, source);
  const mean = sourceToTarget.map((value, i) => (value + targetToSource[i]) / 2);
  return new Map(Object.entries({ sourceToTarget, targetToSource, mean }));
}
