import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineError } from "../src/base/errors.ts";
import { readNpy } from "../src/data/npy.ts";
import { openEngine } from "../src/engine/openEngine.ts";
import { topK } from "../src/search/topK.ts";
import type { Figure } from "./figure.ts";
import { benchNumbers } from "./inputs/benchNumbers.ts";
import { ownVersions } from "./inputs/ownVersions.ts";
import { PythonPeer } from "./peers/pythonPeer.ts";

/**
 * Recall@k over a pool beside the loop of the paper's notebooks, on the same vectors: query i is a noisy copy of row i.
 * The loop takes some of the queries in each turn and the rest is extrapolated, as it does the same for each of them:
 * queries per CPU second of the process, in turns A B A B.
 *
 *   npm run -s bench -- recall [--rows 20000 --width 1536 --queries 2000] [--k 10] [--threads 1] [--turns 3]
 */
export async function run(): Promise<Figure[]> {
  const { rows, width, queries, k, threads, turns, loop } = benchNumbers({
    rows: 20_000,
    width: 1536,
    queries: 2000,
    k: 10,
    threads: 1,
    turns: 3,
    loop: 50,
  });
  const room = mkdtempSync(join(tmpdir(), "sulam-bench-"));
  const peer = new PythonPeer("recall.py", [room, ...[rows, width, queries, k, threads].map(String)]);
  try {
    const engine = await openEngine({ threads });
    const versions = { ...ownVersions(), ...(await peer.hear<Record<string, string>>()) };
    const pool = await readNpy(join(room, "pool.npy"));
    const asked = await readNpy(join(room, "queries.npy"));
    let [ours, theirs] = [0, 0];
    for (let turn = 0; turn < turns; turn++) {
      const start = process.cpuUsage();
      const { indices } = topK(engine, asked, pool, k);
      const hits = Array.from({ length: queries }, (_, q) => indices.subarray(q * k, (q + 1) * k).includes(q));
      const { user, system } = process.cpuUsage(start);
      ours += (user + system) / 1e6 / queries;
      const first = (turn * loop) % Math.max(1, queries - loop);
      peer.say(`${first} ${first + loop}`);
      const answer = await peer.hear<{ seconds: number; hits: number[] }>();
      theirs += answer.seconds / answer.hits.length;
      const same = answer.hits.every((hit, i) => (hit === 1) === hits[first + i]);
      if (!same) throw new EngineError("recall", "both sides must hit for the same queries", "One of them is wrong.");
    }
    return [
      {
        work: `Recall@${k}, pool of ${rows} x ${width}, ${threads} thread${threads > 1 ? "s" : ""}`,
        ours: turns / ours,
        peer: turns / theirs,
        ratio: theirs / ours,
        unit: "queries per CPU second",
        versions,
      },
    ];
  } finally {
    peer.end();
    rmSync(room, { recursive: true, force: true });
  }
}
