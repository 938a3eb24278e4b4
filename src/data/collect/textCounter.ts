import type { Lengths, TextFacts } from "../collection.ts";
import { detectLanguage } from "./detectLanguage.ts";
import { LengthQuantiles } from "./lengthQuantiles.ts";

/** Counts what a dataset's texts are like, one row at a time: languages and lengths of each field. */
export class TextCounter {
  private readonly languages = new Map<string, Map<string, number>>();
  private readonly lengths = new Map<string, LengthQuantiles>();

  /** Counts a text that is not empty. */
  add(field: string, text: string): void {
    const mix = this.languages.get(field) ?? new Map<string, number>();
    const language = detectLanguage(text);
    this.languages.set(field, mix.set(language, (mix.get(language) ?? 0) + 1));
    const lengths = this.lengths.get(field) ?? new LengthQuantiles();
    lengths.add(text.length);
    this.lengths.set(field, lengths);
  }

  /** What was counted, fields in the order in which they came, languages by number. */
  facts(): Pick<TextFacts, "languages" | "lengths"> {
    const mixes = [...this.languages].map(([field, mix]) => {
      const sorted = [...mix].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
      return [field, Object.fromEntries(sorted)];
    });
    const lengths = [...this.lengths].map(([field, counts]) => [field, counts.summary() as Lengths]);
    return { languages: Object.fromEntries(mixes), lengths: Object.fromEntries(lengths) };
  }

  /** The language of most of a field's texts, when it has at least nine tenths of them. */
  mainLanguage(field: string): string | undefined {
    const mix = [...(this.languages.get(field) ?? [])];
    const all = mix.reduce((sum, [, count]) => sum + count, 0);
    return mix.find(([language, count]) => language !== "und" && count >= 0.9 * all)?.[0];
  }
}
