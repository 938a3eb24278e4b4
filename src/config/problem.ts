/** The way to a value inside an experiment, e.g. `["train", "lr"]` or `["data", "trainFields", 0]`. */
export type KeyPath = readonly (string | number)[];

/** One thing that is wrong with an experiment, at one place. */
export interface Problem {
  path: KeyPath;
  /** What is wrong and what came, e.g. `must be a whole number of at least 1, got "abc"`. */
  words: string;
}
