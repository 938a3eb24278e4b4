import type { Difference } from "./difference.ts";

/** What a run that was made again showed. */
export interface Verification {
  runId: string;
  /** `equal`: not bit for bit, but all within the tolerance. */
  verdict: "bit-equal" | "equal" | "different";
  /** Whatever is not bit for bit as recorded; none when bit-equal. */
  differences: Difference[];
  /** Absolute up to 1, relative above; of a line of a table, two queries are always allowed. */
  tolerance: number;
  /** What limits the verdict, in sentences. */
  notes: string[];
}
