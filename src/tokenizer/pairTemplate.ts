import type { Fields } from "./fields.ts";
import { specialIds } from "./specialIds.ts";

/** One place of a pair, with BERT's type of the tokens in it: special tokens, or the first text (0) or the second (1). */
export type PairPlace = { type: number } & ({ ids: readonly number[] } | { text: 0 | 1 });

/** How a pair of texts is put together. */
export type PairTemplate = readonly PairPlace[];

/**
 * Reads the `pair` of a `TemplateProcessing`.
 *
 * @throws {InputError} when it does not hold each text once, or a field is wrong
 */
export function pairTemplate(part: Fields): PairTemplate {
  const places = part.children("pair").map((piece): PairPlace => {
    if (!piece.has("Sequence")) {
      return { ids: specialIds(part, piece), type: piece.child("SpecialToken").count("type_id") };
    }
    const sequence = piece.child("Sequence");
    return { text: sequence.oneOf("id", ["A", "B"]) === "A" ? 0 : 1, type: sequence.count("type_id") };
  });
  const texts = places.flatMap((place) => ("text" in place ? [place.text] : []));
  if (texts.sort().join() !== "0,1")
    throw part.error(`\`${part.part}.pair\` must hold the sequences A and B, once each`);
  return places;
}
