import { escapeRegex } from "./escapeRegex.ts";
import type { Fields } from "./fields.ts";
import { onigRegex } from "./onigRegex.ts";

/**
 * The `pattern` of a `Split` or `Replace` part, `{"String": " "}` or `{"Regex": "\\s+"}`, as a global RegExp.
 *
 * @throws {InputError} when it is neither, or a regular expression that is not supported
 */
export function textPattern(part: Fields): RegExp {
  const pattern = part.child("pattern");
  if (pattern.has("Regex")) return onigRegex(pattern.string("Regex"), part);
  return new RegExp(escapeRegex(pattern.string("String")), "gu");
}
