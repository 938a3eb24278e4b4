import { TrackError } from "../trackError.ts";

/** Whether a run samples the machine, and how often. */
export type SystemMetricsOption = boolean | { everySeconds: number };

/** MLflow's default, in seconds. */
const USUAL = 10;
/** Shorter ones would show in the run's own time. */
const SHORTEST = 0.1;

/**
 * Milliseconds between two samples of the machine; undefined: none are taken. The run's own option comes before
 * MLflow's variables MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING and MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL (seconds). Unlike
 * MLflow's client, runs are sampled unless told otherwise.
 *
 * @throws {TrackError} INVALID_PARAMETER_VALUE when one of them makes no sense
 */
export function samplingInterval(
  option: SystemMetricsOption | undefined,
  env: Readonly<Record<string, string | undefined>>,
): number | undefined {
  if (typeof option === "object") return milliseconds("systemMetrics.everySeconds", option.everySeconds);
  if (!(option ?? isEnabled(env.MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING))) return undefined;
  const seconds = env.MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL || USUAL;
  return milliseconds("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", Number(seconds), seconds);
}

function isEnabled(word: string | undefined): boolean {
  if (!word || /^(true|1)$/i.test(word)) return true;
  if (/^(false|0)$/i.test(word)) return false;
  const found = `MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING must be true or false, got \`${word.slice(0, 40)}\``;
  throw new TrackError("INVALID_PARAMETER_VALUE", "run", found, "Set it to false to sample nothing, or unset it.");
}

/** @param given  what `seconds` was read from, for the error */
function milliseconds(name: string, seconds: number, given: string | number = seconds): number {
  if (Number.isFinite(seconds) && seconds >= SHORTEST) return seconds * 1000;
  const found = `${name} must be ${SHORTEST} seconds or more, got \`${String(given).slice(0, 40)}\``;
  throw new TrackError("INVALID_PARAMETER_VALUE", "run", found, `The usual one is ${USUAL}.`);
}
