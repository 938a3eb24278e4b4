const WINDOW = 20;

/** Speed over the last steps: steady enough to read, quick to follow a change. */
export class Speedometer {
  private readonly recent: { tokens: number; seconds: number }[] = [];
  /** Totals of all steps. */
  readonly total: { tokens: number; seconds: number } = { tokens: 0, seconds: 0 };

  add(tokens: number, seconds: number): void {
    this.recent.push({ tokens, seconds });
    if (this.recent.length > WINDOW) this.recent.shift();
    this.total.tokens += tokens;
    this.total.seconds += seconds;
  }

  /** 0 before the first step. */
  get tokensPerSecond(): number {
    const seconds = this.sum("seconds");
    return seconds > 0 ? this.sum("tokens") / seconds : 0;
  }

  /** 0 before the first step. */
  get secondsPerStep(): number {
    return this.recent.length > 0 ? this.sum("seconds") / this.recent.length : 0;
  }

  private sum(key: "tokens" | "seconds"): number {
    return this.recent.reduce((total, step) => total + step[key], 0);
  }
}
