import { callTracker } from "./callTracker.ts";

/** Curves of a run; its points are shared out among them. */
const CURVES = 10;

/**
 * Makes ended runs of an experiment of their own, through MLflow's REST API, one request after another: 10 params, and
 * as many points as are asked for, a thousand at most. The last value of `metric 0` differs from run to run.
 * @returns the experiment's id
 */
export async function fillRuns(url: string, runs: number, points: number): Promise<string> {
  const name = `${runs} runs of ${points} points`;
  const { experiment_id } = await callTracker<{ experiment_id: string }>(url, "experiments/create", { name });
  const params = Array.from({ length: 10 }, (_, i) => ({ key: `param ${i}`, value: `${i}` }));
  for (let i = 0; i < runs; i++) {
    const started = { experiment_id, start_time: 1e12 + i };
    const { run } = await callTracker<{ run: { info: { run_id: string } } }>(url, "runs/create", started);
    const { run_id } = run.info;
    await callTracker(url, "runs/log-batch", { run_id, params });
    await callTracker(url, "runs/log-batch", { run_id, metrics: curves(i, points) });
    await callTracker(url, "runs/update", { run_id, status: "FINISHED", end_time: 1e12 + i + points });
  }
  return experiment_id;
}

/** Numbers of 15 digits, as trainings log them, which spread over the runs in no order. */
function curves(run: number, points: number): object[] {
  return Array.from({ length: points }, (_, i) => {
    const step = Math.floor(i / CURVES);
    const value = Math.abs(Math.sin(run + 1)) / (step + 1);
    return { key: `metric ${i % CURVES}`, value, timestamp: 1e12 + step, step };
  });
}
