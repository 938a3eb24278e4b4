/** One measured figure: our side and a peer's, interleaved in one call on one machine. */
export interface Figure {
  /** What was done, e.g. `train minilm, batch 32, 128 tokens, 1 thread`. */
  work: string;
  ours: number;
  /** Null where there is nothing to compare with. */
  peer: number | null;
  /** How many times better ours is; above 1 is better, whatever the unit. */
  ratio: number | null;
  /** E.g. `real tokens/s`. */
  unit: string;
  /** Of both sides, by name, e.g. `{ "sulam": "0.1.0", "sentence-transformers": "6.2.0" }`. */
  versions: Record<string, string>;
}
