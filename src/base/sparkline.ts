const BARS = "▁▂▃▄▅▆▇█";

/** A curve in one line of text, at most `width` characters: each the mean of its stretch; what is not finite is a dot. */
export function sparkline(values: readonly number[], width = 24): string {
  const count = Math.min(width, values.length);
  const means = Array.from({ length: count }, (_, i) => {
    const part = values.slice(Math.floor((i * values.length) / count), Math.floor(((i + 1) * values.length) / count));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const finite = means.filter(Number.isFinite);
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const bar = (value: number): string => {
    if (!Number.isFinite(value)) return "·";
    return BARS[high === low ? 3 : Math.min(7, Math.floor(((value - low) / (high - low)) * 8))];
  };
  return means.map(bar).join("");
}
