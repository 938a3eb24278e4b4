import { functionWords } from "./functionWords.ts";

/** Letters of Jawi that Arabic does not have: ca, nga, pa, ga (two forms), nya, va. */
const jawi = /[\u0686\u06a0\u06a4\u06ac\u0762\u06bd\u06cf]/u;

/** Scripts that tell the language, or stand for it, in the order in which ties fall. */
const scripts: [string, RegExp][] = [
  ["ja", /[\p{sc=Hiragana}\p{sc=Katakana}]/gu],
  ["zh", /\p{sc=Han}/gu],
  ["th", /\p{sc=Thai}/gu],
  ["ta", /\p{sc=Tamil}/gu],
  ["ar", /\p{sc=Arabic}/gu],
  ["ko", /\p{sc=Hangul}/gu],
  ["hi", /\p{sc=Devanagari}/gu],
];
const latin = /\p{sc=Latin}/gu;
const notLatin = /[^\p{sc=Latin}\p{sc=Common}\p{sc=Inherited}]/u;

/** Characters that are read: the rest of a long text says the same. */
const READ = 2000;
/** Least share of the words that a language's function words must be. */
const LEAST_SHARE = 0.08;

/**
 * The language of a text, for the mix that a card tells: `ms`, `id`, `en`, `ms-Arab` (Jawi), `zh`, `ja`, `th`, `ta`,
 * `ar`, `ko`, `hi`, or `und` where it cannot be told.
 *
 * First by script: another script than Latin with more than half of the letters decides; Arabic with a letter that only
 * Jawi has is `ms-Arab`. Then by function words: English against Malay and Indonesian together; those two are told
 * apart by words that only one of them uses (`kerana`/`karena`, `boleh`/`bisa`). A draw between them goes to Malay: this
 * is a count for a card, and short texts of both languages are often the same.
 */
export function detectLanguage(text: string): string {
  const start = text.slice(0, READ);
  if (notLatin.test(start)) {
    const found = byScript(start);
    if (found !== undefined) return found;
  }
  const words = start.toLowerCase().match(/\p{L}+/gu) ?? [];
  const hits = { both: 0, ms: 0, id: 0, en: 0 };
  for (const word of words) {
    const kind = functionWords.get(word) ?? byEnding(word);
    if (kind !== undefined) hits[kind]++;
  }
  const malayic = hits.both + hits.ms + hits.id;
  const most = Math.max(malayic, hits.en);
  if (most === 0 || most < words.length * LEAST_SHARE) return "und";
  if (hits.en > malayic) return "en";
  return hits.id > hits.ms ? "id" : "ms";
}

/** Loans end otherwise in the two languages: `kualiti`, `televisyen`; `kualitas`. */
function byEnding(word: string): "ms" | "id" | undefined {
  if (word.length < 6) return undefined;
  if (/(?:iti|syen)$/.test(word)) return "ms";
  return /itas$/.test(word) ? "id" : undefined;
}

function byScript(text: string): string | undefined {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const counts = scripts.map(([name, pattern]) => ({ name, letters: count(pattern) }));
  // kana stand among Chinese characters, which then are Japanese
  if (counts[0].letters > 0) counts[0].letters += counts[1].letters;
  const best = counts.reduce((a, b) => (b.letters > a.letters ? b : a));
  // a character of Chinese is about as much as a word of two or three Latin letters
  const weight = best.name === "zh" || best.name === "ja" ? 3 : 1;
  if (best.letters * weight <= count(latin)) return undefined;
  return best.name === "ar" && jawi.test(text) ? "ms-Arab" : best.name;
}
