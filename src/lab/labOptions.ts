import type { OnProgress } from "../base/progress.ts";

/** What an experiment is given beside its settings. */
export interface LabOptions {
  /** Folder of the store of runs. Default: SULAM_STORE, else `.sulam` beside the nearest package.json. */
  storeDir?: string;
  /** Goes on with this run, which was stopped or died (an id, or the beginning of one), from its last checkpoint. */
  resume?: string;
  /** When it aborts, the run stops after the present step, with a checkpoint. */
  signal?: AbortSignal;
  /** Hears the run's id as soon as it has one; what is thrown later leaves that run FAILED. */
  began?: (runId: string) => void;
  /** Hears one line for each piece of work. Default: nobody. */
  say?: (line: string) => void;
  /** Makes a progress callback for a piece of work. */
  progress?: (label: string) => OnProgress;
}
