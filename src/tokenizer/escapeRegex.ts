/** A regular expression's source that matches `text` itself, also under the flag u. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
