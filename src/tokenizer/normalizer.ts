import { bertNormalizer } from "./bertNormalizer.ts";
import { byteLevel } from "./byteLevel.ts";
import type { Fields } from "./fields.ts";
import { olderUnicode } from "./olderUnicode.ts";
import { textPattern } from "./textPattern.ts";
import { unicodeForm } from "./unicodeForm.ts";

/** Text to normalized text. */
export type Normalize = (text: string) => string;

const encoder = new TextEncoder();
const MARKS = new RegExp(`(?![${olderUnicode.marks}])[\\p{M}${olderUnicode.formerMarks}]`, "gu");

const makers: Record<string, (part: Fields) => Normalize> = {
  BertNormalizer: bertNormalizer,
  ByteLevel: () => (text) => Array.from(encoder.encode(text), (byte) => byteLevel.charOf[byte]).join(""),
  Lowercase: () => lowerCase,
  NFC: () => (text) => unicodeForm(text, "NFC"),
  NFD: () => (text) => unicodeForm(text, "NFD"),
  NFKC: () => (text) => unicodeForm(text, "NFKC"),
  NFKD: () => (text) => unicodeForm(text, "NFKD"),
  Prepend: (part) => {
    const prefix = part.string("prepend");
    return (text) => (text === "" ? "" : prefix + text);
  },
  Replace: (part) => {
    const pattern = textPattern(part);
    const content = part.string("content");
    return (text) => text.replace(pattern, () => content);
  },
  Sequence: (part) => {
    const steps = part.children("normalizers").map(makeNormalizer);
    return (text) => steps.reduce((result, step) => step(result), text);
  },
  Strip: (part) => {
    const left = part.boolean("strip_left", true) ? "^\\p{White_Space}+" : "";
    const right = part.boolean("strip_right", true) ? "(?<!\\p{White_Space})\\p{White_Space}+$" : "";
    const pattern = new RegExp([left, right].filter(Boolean).join("|") || "(?!)", "gu");
    return (text) => text.replace(pattern, "");
  },
  StripAccents: () => (text) => text.replace(MARKS, ""),
};

/**
 * The function of a `normalizer` part.
 *
 * @throws {InputError} when its type is unknown or a field is wrong
 */
export function makeNormalizer(part: Fields): Normalize {
  const make = Object.hasOwn(makers, part.type) ? makers[part.type] : undefined;
  if (make === undefined) throw part.unknownType(Object.keys(makers));
  return make(part);
}

/** Lower case character by character: without the rule for a final sigma, which needs the neighbours. */
function lowerCase(text: string): string {
  return text.replaceAll("Σ", "σ").toLowerCase();
}
