/** Measures of a model on a set of items, and where they would lie with other items. */
export interface Measured {
  /** By name, in the order of tables; then how many items there were. */
  measures: Record<string, number>;
  /** 95 % of each measure, from 1,000 resamples of the items: the same each time, and drawn only when asked for. */
  intervals(): Record<string, [low: number, high: number]>;
}
