const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/**
 * What a reader sees of HTML: one line for a row of a table with a tab between its cells, no tags, scripts or styles.
 * Enough to compare outputs; it is no parser.
 */
export function htmlText(html: string): string {
  return html
    .replace(/<!--[\s\S]*?-->|<(script|style)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/\s+/g, " ")
    .replace(/<\/(?:td|th)\s*>/gi, "\t")
    .replace(/<br\s*\/?>|<\/(?:tr|p|div|li|h[1-6]|caption|pre|table|ul|ol)\s*>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
      if (decimal || hex) return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16));
      return entities[name.toLowerCase()] ?? whole;
    })
    .split("\n")
    .map((line) =>
      line
        .split("\t")
        .map((cell) => cell.trim())
        .join("\t")
        .trim(),
    )
    .filter((line) => line !== "")
    .join("\n");
}
