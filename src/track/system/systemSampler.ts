import type { SystemSource } from "./systemSource.ts";

/** What a `SystemSampler` is made of. */
export interface SamplerParts {
  everyMs: number;
  /** Milliseconds that never go back. */
  clock: () => number;
  sources: readonly SystemSource[];
}

/** When the first sample of a run is taken, so that a short one has some; a run that is shorter than this has none. */
const FIRST_MS = 1_000;

/**
 * Samples the machine while a run is open: soon after its start, at equal times, and once more at its end.
 *
 * A program that holds the event loop for long gets its samples late and never two for one: they are due by the clock,
 * and every point that the run logs looks whether one is, which costs one comparison. A source that fails is given up.
 */
export class SystemSampler {
  private readonly parts: SamplerParts;
  private readonly firstMs: number;
  private readonly timer: NodeJS.Timeout;
  private readonly log: (values: Record<string, number>) => void;
  private sources: readonly SystemSource[];
  private last: number;
  private due: number;
  private hasSampled = false;

  /** @param log  takes a sample by MLflow's names; must not throw for a store that fails */
  constructor(parts: SamplerParts, log: (values: Record<string, number>) => void) {
    this.parts = parts;
    this.log = log;
    this.sources = parts.sources;
    this.firstMs = Math.min(FIRST_MS, parts.everyMs);
    this.last = parts.clock();
    this.due = this.last + this.firstMs;
    this.timer = setInterval(() => this.sampleIfDue(), this.firstMs);
    this.timer.unref();
  }

  /** Takes a sample when it is time for one. */
  sampleIfDue(): void {
    if (this.parts.clock() >= this.due) this.sample();
  }

  /** Takes the last sample, unless it would tell of no time worth speaking of, and stops. */
  end(): void {
    clearInterval(this.timer);
    const least = this.hasSampled ? this.firstMs / 2 : this.firstMs;
    if (this.parts.clock() - this.last >= least) this.sample();
    for (const source of this.sources) source.close();
  }

  private sample(): void {
    // Before anything is logged, which would look whether a sample is due.
    this.last = this.parts.clock();
    this.due = this.last + this.parts.everyMs;
    this.hasSampled = true;
    const values: Record<string, number> = {};
    this.sources = this.sources.filter((source) => {
      try {
        for (const [name, value] of Object.entries(source.read())) values[`system/${name}`] = value;
        return true;
      } catch {
        source.close();
        return false;
      }
    });
    if (Object.keys(values).length > 0) this.log(values);
  }
}
