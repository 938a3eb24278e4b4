import type { MineSettings } from "../config/experiment.ts";
import type { MinedFormat } from "../mine/formatMined.ts";
import type { ModelOptions } from "./modelOptions.ts";
import type { Output } from "./openOutput.ts";
import type { Terminal } from "./terminal.ts";

/** What `sulam mine` can be told. */
export interface MineCommandOptions extends ModelOptions, Omit<MineSettings, "window" | "sampling"> {
  by: "rank" | "threshold";
  pairs: string;
  output: string;
  passages?: string;
  exactTexts: boolean;
  list?: "texts" | "candidates";
  sampling?: "top" | "random";
  seed: number;
  json: boolean;
  // by rank
  window?: [number, number];
  format: "examples" | MinedFormat;
  scores: boolean;
  queryPrompt?: string;
  passagePrompt?: string;
  rescore?: string;
  report?: string;
  memory?: number;
  // by threshold
  preset?: string;
  positiveDistance?: number;
  negativeDistance?: number;
  raw?: boolean;
  positives?: number;
  negatives?: number;
}

/** One call of `sulam mine`, its output open. */
export interface MineJob {
  /** A model's name, or a .npy file; needed unless texts are listed. */
  source: string | undefined;
  options: MineCommandOptions;
  output: Output;
  terminal: Terminal;
}

/** What it says when it is done. */
export interface MineOutcome {
  /** To people. */
  words: string;
  /** To programs, beside the output's path. */
  counts: Record<string, number>;
}
