/**
 * What the page's server and its browser code tell each other, as JSON. Types only: the browser is served nothing from
 * outside `browser/`.
 */

/** A number; JSON has no word for NaN and the infinities, so they are text. */
export type WireNumber = number | "NaN" | "Infinity" | "-Infinity";

/** How a run stands: MLflow's words, CRASHED for a process that died, STALE for one that should write and does not. */
export type RunState = "RUNNING" | "SCHEDULED" | "FINISHED" | "FAILED" | "KILLED" | "CRASHED" | "STALE";

/** What stands in a column of a run. */
export type WireValue = WireNumber | string | null;

/** An experiment that can be chosen. */
export interface ExperimentItem {
  id: string;
  name: string;
  /** How many active runs it has. */
  runs: number;
  /** Milliseconds since 1970, or null without runs. */
  lastStart: number | null;
}

/** A row of the runs table. */
export interface RunItem {
  /** 32 hex digits. */
  id: string;
  /** The run's number in its store: gives its colour. */
  number: number;
  name: string;
  experimentId: string;
  state: RunState;
  /** Milliseconds since 1970. */
  start: number;
  end: number | null;
  parent: string | null;
  star: boolean;
  note: string;
  /** In the order of the columns that were asked for. */
  values: WireValue[];
}

/** The rows of the runs table, with the columns that their values stand in. */
export interface RunList {
  columns: string[];
  runs: RunItem[];
}

/** What columns the runs of an experiment can show, by name. */
export interface ColumnNames {
  metrics: string[];
  params: string[];
  tags: string[];
}

/** A curve, or what is shown of it. `steps[i]`, `times[i]` and `values[i]` belong together. */
export interface WireCurve {
  run: string;
  key: string;
  /** How many points are stored in the asked range. */
  count: number;
  steps: number[];
  /** Milliseconds since 1970. */
  times: number[];
  values: WireNumber[];
}

/** A file of a run. */
export interface FileItem {
  path: string;
  /** Bytes. */
  size: number;
}

/** A data set that a run used. */
export interface DatasetItem {
  name: string;
  digest: string;
  source: string;
  context: string;
  schema: string;
  profile: string;
}

/** One run with all that its page shows at once. */
export interface RunDetails extends Omit<RunItem, "values"> {
  experiment: string;
  user: string;
  isDeleted: boolean;
  params: [string, string][];
  tags: [string, string][];
  metrics: { key: string; value: WireNumber; step: number; time: number }[];
  files: FileItem[];
  datasets: DatasetItem[];
  children: { id: string; name: string; number: number; state: RunState }[];
  /** From where live points go on. */
  seq: number;
}

/** A table that a run logged; null when it has none of that name or the file is broken. */
export interface RunTable {
  run: string;
  table: { columns: string[]; rows: (string | number | boolean | null)[][] } | null;
}

/** What an event of `/page/live` says of runs: their state, and the points that came since the event before. */
export interface LiveEvent {
  states: { id: string; state: RunState; end: number | null }[];
  points: { run: string; key: string; step: number; time: number; value: WireNumber }[];
}
