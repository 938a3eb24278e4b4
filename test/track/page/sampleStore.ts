import { Random } from "../../../src/base/random.ts";
import type { Table } from "../../../src/base/table.ts";
import type { Store } from "../../../src/track/store.ts";

const START = Date.UTC(2026, 9, 12, 8, 0, 0);
const LOSSES = ["in-batch", "hard-negatives", "distilled"] as const;

/**
 * A dozen runs as an experiment makes them: settings, curves of 600 steps with a spike, a table of recall with
 * intervals, files of every kind that is shown, a crashed, a failed and a running run. The same at every call.
 */
export function fillSampleStore(store: Store): string[] {
  const random = new Random(7);
  const experimentId = store.experiments.open("malay-retrieval").experimentId;
  return Array.from({ length: 12 }, (_, i) => {
    const loss = LOSSES[i % 3];
    const lr = [1e-4, 2e-4, 5e-4, 1e-3][Math.floor(i / 3)];
    const startTime = START + i * 5_400_000;
    const runId = store.createRun({ name: `${loss} lr ${lr}`, experimentId, startTime, userId: "lab" });
    const params = { lr: String(lr), loss, batchSize: String(32 << (i % 2)), seed: String(i), temperature: "0.05" };
    store.log(runId, { params, tags: { stage: i < 6 ? "pilot" : "main" } });
    const quality = 0.3 + 0.06 * (i % 3) + 0.03 * Math.floor(i / 3) + 0.02 * random.uniform();
    const steps = i === 10 ? 240 : 600;
    logCurves(store, runId, { random, lr, quality, steps, startTime, isNarrow: i === 5 });
    if (i !== 10 && i !== 11) {
      const table = recallTable(random, quality, loss);
      store.putArtifact(runId, "tables/recall.json", json({ columns: table.columns, data: table.rows }));
      store.updateRun(runId, { status: i === 4 ? "FAILED" : "FINISHED", endTime: startTime + steps * 2_000 });
    }
    if (i === 10) store.updateRun(runId, { status: "CRASHED", endTime: startTime + steps * 2_000 });
    return runId;
  });
}

interface CurveSettings {
  random: Random;
  lr: number;
  quality: number;
  steps: number;
  startTime: number;
  isNarrow: boolean;
}

function logCurves(
  store: Store,
  runId: string,
  { random, lr, quality, steps, startTime, isNarrow }: CurveSettings,
): void {
  const points = (key: string, value: (step: number) => number, every = 1): void => {
    const metrics = Array.from({ length: Math.floor(steps / every) }, (_, i) => {
      const step = i * every;
      return { key, value: value(step), step, timestamp: startTime + step * 2_000 };
    });
    for (let i = 0; i < metrics.length; i += 500) store.log(runId, { metrics: metrics.slice(i, i + 500) });
  };
  const fall = (step: number): number => 3.2 * Math.exp(-step / (0.03 / lr + 60)) + 0.4 + 0.9 * (0.6 - quality);
  points("train/loss", (step) => (isNarrow && step === 311 ? 6 : fall(step) + 0.25 * (random.uniform() - 0.5)));
  points("dev/loss", (step) => fall(step) + 0.12, 20);
  points("dev/recallAt10", (step) => quality * (1 - Math.exp(-step / 120)) + 0.01 * random.uniform(), 20);
  points("dev/mrrAt10", (step) => 0.7 * quality * (1 - Math.exp(-step / 140)) + 0.01 * random.uniform(), 20);
  points("lr", (step) => lr * Math.min(1, step / 60) * (1 - step / 700));
  points("grad_norm", (step) => 1 + 4 * Math.exp(-step / 80) + 0.8 * random.uniform());
  points("system/process_memory_megabytes", (step) => 900 + 300 * (1 - Math.exp(-step / 30)), 10);
  points("system/cpu_utilization_percentage", () => 40 + 55 * random.uniform(), 10);
  points("system/process_cpu_percentage", () => 150 + 40 * random.uniform(), 10);
  points("system/gpu_0_utilization_percentage", (step) => Math.min(97, 3 * step) + 3 * random.uniform(), 10);
}

function recallTable(random: Random, quality: number, loss: string): Table {
  const measures = ["recallAt1", "recallAt5", "recallAt10", "mrrAt10"];
  const columns = ["system", "queries", ...measures.flatMap((name) => [name, `${name}Low`, `${name}High`])];
  const row = (system: string, level: number): (string | number)[] => [
    ...[system, 480],
    ...measures.flatMap((_, i) => {
      const value = level * [0.62, 0.9, 1.05, 0.72][i] + 0.01 * random.uniform();
      return [value, value - 0.04, value + 0.04];
    }),
  ];
  return { columns, rows: [row("bm25", 0.38), row("zero-shot", 0.33), row(loss, quality + 0.12)] };
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
