import assert from "node:assert/strict";
import { test } from "node:test";
import { samplingInterval } from "../../../src/track/system/samplingInterval.ts";
import { TrackError } from "../../../src/track/trackError.ts";

const ENABLE = "MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING";
const INTERVAL = "MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL";

test("a run is sampled every 10 seconds, or as its option or MLflow's variables say; the option comes first", () => {
  assert.equal(samplingInterval(undefined, {}), 10_000);
  assert.equal(samplingInterval(undefined, { [ENABLE]: "", [INTERVAL]: "" }), 10_000);
  assert.equal(samplingInterval(undefined, { [ENABLE]: "1", [INTERVAL]: "2.5" }), 2_500);
  assert.equal(samplingInterval(true, { [ENABLE]: "false" }), 10_000);
  assert.equal(samplingInterval({ everySeconds: 60 }, { [ENABLE]: "false", [INTERVAL]: "2.5" }), 60_000);
  for (const off of ["false", "False", "0"]) assert.equal(samplingInterval(undefined, { [ENABLE]: off }), undefined);
  assert.equal(samplingInterval(false, { [ENABLE]: "true" }), undefined);
});

test("a setting that makes no sense is refused by its name", () => {
  const wrong: [Parameters<typeof samplingInterval>[0], Record<string, string>, RegExp][] = [
    [undefined, { [ENABLE]: "maybe" }, /MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING must be true or false, got `maybe`/],
    [
      undefined,
      { [INTERVAL]: "soon" },
      /MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL must be 0.1 seconds or more, got `soon`/,
    ],
    [
      undefined,
      { [INTERVAL]: "0.05" },
      /MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL must be 0.1 seconds or more, got `0.05`/,
    ],
    [{ everySeconds: 0 }, {}, /systemMetrics.everySeconds must be 0.1 seconds or more, got `0`/],
  ];
  for (const [option, env, message] of wrong)
    assert.throws(
      () => samplingInterval(option, env),
      (error) => error instanceof TrackError && message.test(error.message),
    );
});
