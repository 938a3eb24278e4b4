import type { Fields } from "./fields.ts";

/**
 * The ids of the special token that stands in one place of a `TemplateProcessing`.
 *
 * @param part  the template, with its `special_tokens`
 * @param piece the place, with its `SpecialToken`
 * @throws {InputError} when the template does not say which ids they are
 */
export function specialIds(part: Fields, piece: Fields): number[] {
  const name = piece.child("SpecialToken").string("id");
  const ids = part.child("special_tokens").child(name).array("ids");
  if (!ids.every(Number.isInteger)) throw part.error(`\`${part.part}.special_tokens\` has no ids for ${name}`);
  return ids as number[];
}
