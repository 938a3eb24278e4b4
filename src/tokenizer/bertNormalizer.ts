import type { Fields } from "./fields.ts";
import { olderUnicode } from "./olderUnicode.ts";
import { unicodeForm } from "./unicodeForm.ts";

const REMOVED = new RegExp(`(?![${olderUnicode.format}])[\\ufffd\\p{Cc}\\p{Cf}\\p{Co}]`, "gu");
const NONSPACING = new RegExp(`(?![${olderUnicode.nonspacing}])[\\p{Mn}${olderUnicode.formerNonspacing}]`, "gu");
const CJK =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;

/**
 * The function of a `BertNormalizer` part: cleans control characters and white space, puts spaces around Chinese
 * characters, strips accents (by default when it lower-cases) and lower-cases.
 *
 * @see Devlin et al. 2018, arXiv:1810.04805 (the BasicTokenizer of its code)
 */
export function bertNormalizer(part: Fields): (text: string) => string {
  const lowercase = part.boolean("lowercase", true);
  const cleanText = part.boolean("clean_text", true);
  const chinese = part.boolean("handle_chinese_chars", true);
  const stripAccents = part.boolean("strip_accents", lowercase);
  return (text) => {
    let out = text;
    if (cleanText)
      out = out
        .replace(/[\t\n\r]/g, " ")
        .replace(REMOVED, "")
        .replace(/\p{White_Space}/gu, " ");
    if (chinese) out = out.replace(CJK, " $& ");
    if (stripAccents) out = unicodeForm(out, "NFD").replace(NONSPACING, "");
    return lowercase ? out.replaceAll("Σ", "σ").toLowerCase() : out;
  };
}
