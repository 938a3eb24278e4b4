import type { Table } from "../../base/table.ts";
import type { PaperTask } from "../../data/readPublished.ts";
import type { Interval } from "../../eval/bootstrapInterval.ts";

/** What one way of measuring says of one system. */
export interface Measured {
  /** The run in the tracker that holds the numbers; null for what a notebook printed. */
  runId: string | null;
  /** Texts searched. */
  pool: number;
  /** Searches counted. */
  searches: number;
  /**
   * k -> share of searches that succeed: Recall@k as the paper calls it, where the one query string must be found; in
   * `corrected`, any text of the group. Bounds are null where nobody knows them.
   */
  hitAt: Record<string, Bounded>;
}

/** A figure with its 95 % interval over groups, or without. */
export type Bounded = Pick<Interval, "mean"> & { low: number | null; high: number | null };

/** One line: a system on a pool, published, reproduced and corrected side by side. */
export interface ReproductionRow {
  dataset: string;
  system: string;
  /** What the authors' notebook printed. */
  published: (Measured & { source: string }) | null;
  /** The same protocol, here. */
  reproduced: Measured | null;
  /** The sound protocol, here. */
  corrected: Measured | null;
  /** Why something is missing; "" when nothing is. */
  why: string;
}

/** What `reproduce` gives. */
export interface Reproduction {
  task: PaperTask;
  runId: string;
  pool: { name: string; isStandIn: boolean; source: string; sha256: string };
  rows: ReproductionRow[];
  /** All measures of ours with bounds, by protocol. */
  measured: Table;
  /** Each system beside BM25: difference, interval, p value, corrected for all lines (Holm). */
  tests: Table;
  /** What was left out or merged, what is unknown, what stands in for what. */
  notes: string[];
}
