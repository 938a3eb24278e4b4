import type { Figure } from "../figure.ts";
import { callTracker } from "./callTracker.ts";
import { fillRuns } from "./fillRuns.ts";
import type { BenchServer } from "./trackerServers.ts";

const RUNS = 10_000;
const POINTS = 1_000;
const SEARCHES = 5;

/**
 * Our server on 10,000 runs of 1,000 points each, which take 700 MB of disk: its memory after it has taken them in and searched,
 * and the median time of a search until its JSON is there. Without a peer: MLflow would be at it for many minutes.
 */
export async function largeStore(server: BenchServer, versions: Figure["versions"]): Promise<Figure[]> {
  const experiment = await fillRuns(server.url, RUNS, POINTS);
  const question = { experiment_ids: [experiment], order_by: ["metrics.`metric 0` ASC"], max_results: 100 };
  const times: number[] = [];
  for (let i = 0; i < SEARCHES; i++) {
    const start = performance.now();
    await callTracker(server.url, "runs/search", question);
    times.push(performance.now() - start);
  }
  const memory = server.memory() / 1e6;
  const search = times.sort((a, b) => a - b)[SEARCHES >> 1];
  const alone = { peer: null, ratio: null, versions };
  return [
    { work: `memory of the server after ${RUNS} runs of ${POINTS} points`, ours: memory, unit: "MB", ...alone },
    { work: `the best 100 of ${RUNS} runs by a metric, over HTTP`, ours: search, unit: "ms", ...alone },
  ];
}
