/** How far a long piece of work has come. */
export interface Progress {
  /** Units finished, of `total`. */
  done: number;
  total: number;
  /** What people want to see beside the bar, e.g. `loss 0.812 · 3,921 tokens/s`. */
  note?: string;
}

/** Libraries report progress through a callback and print nothing; the command line decides what to show. */
export type OnProgress = (progress: Progress) => void;
