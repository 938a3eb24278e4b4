/** A text without a terminal's control sequences (ECMA-48), which colour it and say nothing. */
export function withoutAnsi(text: string): string {
  return text.replace(/\x1b\[[0-9;:?]*[ -/]*[@-~]/g, "");
}
