/** Lengths of texts in characters (UTF-16 code units), each one that of a text. */
export type LengthSummary = Record<"min" | "p5" | "p25" | "median" | "p75" | "p95" | "max", number>;

/** The shares of the texts that are at most so long. */
const SHARES: LengthSummary = { min: 0, p5: 0.05, p25: 0.25, median: 0.5, p75: 0.75, p95: 0.95, max: 1 };

/** Counts lengths one by one, exactly, in memory that grows with the number of different lengths only. */
export class LengthQuantiles {
  private readonly counts = new Map<number, number>();
  private size = 0;

  /** Counts a text of so many characters. */
  add(length: number): void {
    this.counts.set(length, (this.counts.get(length) ?? 0) + 1);
    this.size++;
  }

  /**
   * The quantiles so far, by nearest rank: the least length that at least that share of the texts does not exceed.
   * Undefined before the first text.
   */
  summary(): LengthSummary | undefined {
    if (this.size === 0) return undefined;
    const lengths = [...this.counts].sort(([a], [b]) => a - b);
    const at = (share: number): number => {
      const rank = Math.max(1, Math.ceil(share * this.size));
      let sum = 0;
      for (const [length, count] of lengths) {
        sum += count;
        if (sum >= rank) return length;
      }
      throw new Error("the counts do not add up");
    };
    return Object.fromEntries(Object.entries(SHARES).map(([name, share]) => [name, at(share)])) as LengthSummary;
  }
}
