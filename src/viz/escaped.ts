/** A text for plotly, which reads labels, hover text and cells as HTML: the token `<s>` would not be seen. */
export function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
