declare global {
  interface String {
    /** ECMAScript 2024, in Node since 20. */
    isWellFormed(): boolean;
    toWellFormed(): string;
  }
}

/** The text with U+FFFD for each lone surrogate: what Hugging Face is given, since UTF-8 has no surrogates. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}
