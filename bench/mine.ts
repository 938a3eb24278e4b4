import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEngine } from "../src/engine/openEngine.ts";
import { streamNeighbours } from "../src/mine/stream/streamNeighbours.ts";
import type { Figure } from "./figure.ts";
import { benchNumbers } from "./inputs/benchNumbers.ts";
import { ownVersions } from "./inputs/ownVersions.ts";
import { thresholdMining } from "./inputs/thresholdMining.ts";
import { PythonPeer } from "./peers/pythonPeer.ts";

/**
 * Streaming mining from disk to disk: pairs of query and passage compared per second, the time of the whole square
 * extrapolated from it, and the growth of the resident memory beside its budget (there is no peer that streams); then
 * mining by distance beside the paper's KD-tree.
 *
 *   npm run -s bench -- mine [--rows 1000000 --width 768 --queries 20000] [--k 100] [--memory 1024] [--threads 2]
 */
export async function run(): Promise<Figure[]> {
  // first, in a process that has grown for nothing else
  const figures = await streaming();
  const engine = await openEngine({ threads: 1 });
  return [...figures, await thresholdMining(engine, 0), await thresholdMining(engine, 0.75)];
}

async function streaming(): Promise<Figure[]> {
  const { rows, width, queries, k, memory, threads } = benchNumbers({
    rows: 1_000_000,
    width: 768,
    queries: 20_000,
    k: 100,
    memory: 1024,
    threads: 2,
  });
  const room = mkdtempSync(join(tmpdir(), "sulam-bench-"));
  // draws the vectors, and searches nothing
  const peer = new PythonPeer("draw.py", [room, ...[rows, width, queries].map(String)]);
  try {
    const versions = { ...ownVersions(), ...(await peer.hear<Record<string, string>>()) };
    peer.end();
    const engine = await openEngine({ threads });
    const files = {
      queries: join(room, "queries.npy"),
      corpus: join(room, "corpus.npy"),
      output: join(room, "near.jsonl"),
    };
    const before = process.memoryUsage.rss();
    let most = before;
    const start = performance.now();
    const onProgress = (): void => {
      most = Math.max(most, process.memoryUsage.rss());
    };
    await streamNeighbours(engine, files, { window: [0, k], budget: memory * 1e6, onProgress });
    const seconds = (performance.now() - start) / 1000;
    const work = `streaming mining, ${queries} queries, ${rows} x ${width}, k ${k}, ${memory} MB, ${threads} threads`;
    const alone = (what: string, ours: number, unit: string): Figure => {
      return { work: `${work}: ${what}`, ours, peer: null, ratio: null, unit, versions };
    };
    return [
      alone("time", seconds, "s"),
      alone("pairs compared", (queries * rows) / seconds / 1e6, "M pairs/s"),
      alone("the full square, extrapolated", (seconds * rows) / queries / 3600, "h"),
      alone("growth of the resident memory", (most - before) / 1e6, "MB"),
    ];
  } finally {
    peer.end();
    rmSync(room, { recursive: true, force: true });
  }
}
