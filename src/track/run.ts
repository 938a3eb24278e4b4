import type { Table } from "../base/table.ts";
import type { ParamValue } from "./flatten.ts";
import type { DatasetInput } from "./inputs.ts";
import type { SystemMetricsOption } from "./system/samplingInterval.ts";

/**
 * A run that is being made. What a call was given is stored when it returns; a store that fails meanwhile never stops
 * the program (see `Outbox`). A call that is itself wrong throws a TrackError.
 */
export interface Run {
  /** 32 hex digits. */
  readonly id: string;
  /** What does not change: settings. Nested objects become `loss.name`. @throws {TrackError} when a value changes */
  params(values: { readonly [key: string]: ParamValue | undefined }): void;
  /**
   * One point for each of the named curves; NaN and infinities are kept.
   * @param step default: for each curve the one after its last, beginning at 0
   */
  metrics(values: Readonly<Record<string, number>>, step?: number): void;
  /** A word about the run, which may change later. */
  tag(key: string, value: string | number | boolean): void;
  /**
   * Stores a file or a folder (by its path), or bytes, with the run.
   * @param name its path among the run's artifacts; default: the file's own name
   * @returns that path
   */
  artifact(source: string | Uint8Array, name?: string): string;
  /** Stores a text as artifact `name`. */
  text(name: string, content: string): string;
  /** Stores a table as artifact `tables/NAME.json`; `store.tables` gives it back. */
  table(name: string, table: Table): string;
  /** Stores a Plotly figure, `{data, layout}` in plain JSON, as artifact `figures/NAME.json`. */
  figure(name: string, spec: object): string;
  /** Notes a data set that the run uses. */
  dataset(input: DatasetInput): void;
  /** Runs `work` as a run nested in this one, in the same experiment. */
  child<R>(options: ChildOptions, work: (run: Run) => R | Promise<R>): Promise<R>;
}

/** What a nested run is given. */
export interface ChildOptions {
  /** Default: a made-up one. */
  name?: string;
  params?: { readonly [key: string]: ParamValue | undefined };
  tags?: Readonly<Record<string, string>>;
  /** Words about the run, in Markdown. */
  note?: string;
  /** When it is aborted, the run ends as KILLED, whether `work` then returns or throws. */
  signal?: AbortSignal;
}

/** What a run is given. */
export interface RunOptions extends ChildOptions {
  /** Made when it is new. Default: `Default`. */
  experiment?: string;
  /** Goes on with this run (an id or the beginning of one) instead of a new one. */
  runId?: string;
  userId?: string;
  /** Noted in `source/environment.json`. */
  seed?: number;
  /** sha256 of data files by name, noted in `source/environment.json`. */
  data?: Readonly<Record<string, string>>;
  /**
   * Samples processor, memory, disk and GPUs as metrics `system/...`, at first after a second, then every 10 seconds or
   * as told. Default: true, unless MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING is false. Nested runs are never sampled.
   */
  systemMetrics?: SystemMetricsOption;
  /** Hears when the store fails. Default: `process.emitWarning`. */
  onWarning?: (message: string) => void;
}
