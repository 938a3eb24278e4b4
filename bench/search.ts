import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineError } from "../src/base/errors.ts";
import type { Vectors } from "../src/base/vectors.ts";
import { readNpy } from "../src/data/npy.ts";
import { openEngine } from "../src/engine/openEngine.ts";
import { topK } from "../src/search/topK.ts";
import type { Figure } from "./figure.ts";
import { benchNumbers } from "./inputs/benchNumbers.ts";
import { ownVersions } from "./inputs/ownVersions.ts";
import { PythonPeer } from "./peers/pythonPeer.ts";

/** Both searches of the issue, when no size is given. */
const SIZES = [
  { rows: 130_647, width: 1536, queries: 2048 },
  { rows: 1_000_000, width: 768, queries: 1024 },
];

/**
 * Exact search beside FAISS's IndexFlatIP on the same vectors, in turns A B A B: queries per CPU second of the process.
 * Ours reads and checks both sides anew in each turn, which is all it prepares.
 *
 *   npm run -s bench -- search [--rows N --width D --queries Q] [--k 100] [--threads 1] [--turns 3]
 */
export async function run(): Promise<Figure[]> {
  const given = benchNumbers({ rows: 0, width: 768, queries: 1024, k: 100, threads: 1, turns: 3 });
  const figures: Figure[] = [];
  for (const size of given.rows === 0 ? SIZES : [given]) figures.push(await measure({ ...given, ...size }));
  return figures;
}

interface Size {
  rows: number;
  width: number;
  queries: number;
  k: number;
  threads: number;
  turns: number;
}

async function measure({ rows, width, queries, k, threads, turns }: Size): Promise<Figure> {
  const room = mkdtempSync(join(tmpdir(), "sulam-bench-"));
  const peer = new PythonPeer("search.py", [room, ...[rows, width, queries, k, threads].map(String)]);
  try {
    const engine = await openEngine({ threads });
    const versions = { ...ownVersions(), ...(await peer.hear<Record<string, string>>()) };
    const corpus = await readNpy(join(room, "corpus.npy"));
    const asked = await readNpy(join(room, "queries.npy"));
    let [ours, theirs] = [0, 0];
    for (let turn = 0; turn < turns; turn++) {
      const start = process.cpuUsage();
      const { indices } = topK(engine, asked, corpus, k);
      const { user, system } = process.cpuUsage(start);
      ours += (user + system) / 1e6;
      peer.say("search");
      theirs += (await peer.hear<{ seconds: number }>()).seconds;
      if (turn === 0) compare(indices, await readNpy(join(room, "found.npy")));
    }
    return {
      work: `exact search, ${rows} x ${width}, ${queries} queries, k ${k}, ${threads} thread${threads > 1 ? "s" : ""}`,
      ours: (turns * queries) / ours,
      peer: (turns * queries) / theirs,
      ratio: theirs / ours,
      unit: "queries per CPU second",
      versions,
    };
  } finally {
    peer.end();
    rmSync(room, { recursive: true, force: true });
  }
}

/** FAISS orders by float32 products, so near-ties may differ: a thousandth of the places at most. */
function compare(indices: Int32Array, found: Vectors): void {
  let shared = 0;
  for (let query = 0; query < found.n; query++) {
    const theirs = new Set(found.data.subarray(query * found.d, (query + 1) * found.d));
    for (const row of indices.subarray(query * found.d, (query + 1) * found.d)) if (theirs.has(row)) shared++;
  }
  if (shared < 0.999 * indices.length)
    throw new EngineError(
      "search",
      `${shared} of ${indices.length} neighbours are FAISS's`,
      "One of the two is wrong.",
    );
}
