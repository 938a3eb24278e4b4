import type { Store } from "../../../src/track/store.ts";

/** A store's runs as plain values under their names, without what belongs to one store or server alone. */
export function contents(store: Store): Record<string, unknown> {
  return Object.fromEntries(
    store.runs().map((run) => {
      const tags = Object.entries(run.tags).filter(([key]) => !/^(sulam\.|mlflow\.(parentRunId|artifact))/.test(key));
      const curves = Object.keys(run.metrics).map((key) => [
        key,
        store.history(run.runId, key).map(({ value, step, timestamp }) => [value, step, timestamp]),
      ]);
      const files = store.artifacts(run.runId).map(({ path, sha256 }) => [path, sha256]);
      const inputs = store.inputs(run.runId);
      return [
        run.name,
        {
          ...{ experiment: run.experiment, status: run.status === "CRASHED" ? "FAILED" : run.status },
          ...{ startTime: run.startTime, endTime: run.endTime, params: run.params, inputs },
          ...{ tags: Object.fromEntries(tags), curves: Object.fromEntries(curves), files },
        },
      ];
    }),
  );
}

/** Two runs, one inside the other, with all that a run can hold: NaN, infinities, files in folders, data sets. */
export function fillStore(store: Store): { parent: string; child: string } {
  const { experimentId } = store.experiments.open("malay");
  const parent = store.createRun({ experimentId, name: "parent", startTime: 1000 });
  const child = store.createRun({
    ...{ experimentId, name: "child", startTime: 2000, userId: "ada" },
    tags: { "mlflow.parentRunId": parent, note: "satu ‘dua’ 三" },
  });
  const values = [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.5];
  store.log(child, {
    params: { lr: "0.1", "loss.name": "infoNce" },
    metrics: [
      ...values.map((value, step) => ({ key: "loss", value, step, timestamp: 3000 + step })),
      ...Array.from({ length: 2500 }, (_, step) => ({
        key: "dev/r",
        value: step / 2500,
        step,
        timestamp: 4000 + step,
      })),
    ],
  });
  store.logInputs(child, [{ name: "malay-mini", digest: "abc", source: "datasets/malay-mini", context: "training" }]);
  store.putArtifact(child, "tables/recall.json", Buffer.from('{"columns":[],"rows":[]}'));
  store.putArtifact(child, "bytes with space.bin", new Uint8Array([0, 255, 10]));
  store.updateRun(child, { status: "FINISHED", endTime: 9000 });
  store.updateRun(parent, { status: "FAILED", endTime: 9500 });
  return { parent, child };
}
