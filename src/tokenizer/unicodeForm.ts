import { olderUnicode } from "./olderUnicode.ts";

const SKIPPED = new RegExp(`([${olderUnicode.normalization}]+)`, "u");

/** The text in a Unicode normalization form, with characters that are too new for Hugging Face's tables as they are. */
export function unicodeForm(text: string, form: "NFC" | "NFD" | "NFKC" | "NFKD"): string {
  const normalized = text.normalize(form);
  if (normalized === text || !SKIPPED.test(text)) return normalized;
  return text
    .split(SKIPPED)
    .map((part, i) => (i % 2 === 1 ? part : part.normalize(form)))
    .join("");
}
