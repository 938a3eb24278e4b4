/** One thing that is not bit for bit as the record says. */
export interface Difference {
  /**
   * `record`: it contradicts itself. `data`, `config`, `metric`, `weights`, `table`, `file`: what came out otherwise.
   * `run`: it could not be made again.
   */
  what: "record" | "data" | "config" | "metric" | "weights" | "table" | "file" | "run";
  /** E.g. `tuned/loss at step 3`. */
  name: string;
  /** Null where the record has none. */
  recorded: string | number | boolean | null;
  /** Null where there is none now. */
  found: string | number | boolean | null;
  /** Whether it lies within the tolerance. */
  within: boolean;
}
