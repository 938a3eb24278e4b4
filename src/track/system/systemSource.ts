/** Tells of the machine, or of a part of it. */
export interface SystemSource {
  /**
   * What is known now, by name without `system/`. Never waits: what has to be asked for elsewhere comes with a later
   * reading. What the machine does not tell is left out.
   */
  read(): Record<string, number>;
  /** Lets go of what it holds. */
  close(): void;
}

/** One digit after the point, as MLflow keeps it. */
export function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
