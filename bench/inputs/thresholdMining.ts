import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineError } from "../../src/base/errors.ts";
import type { Vectors } from "../../src/base/vectors.ts";
import { readNpy } from "../../src/data/npy.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { mineByThreshold } from "../../src/mine/mineByThreshold.ts";
import { thresholdPresets } from "../../src/mine/thresholdPresets.ts";
import type { Figure } from "../figure.ts";
import { PythonPeer } from "../peers/pythonPeer.ts";
import { ownVersions } from "./ownVersions.ts";

const ROWS = 20_000;
const WIDTH = 1536;
/** Rows mined in a turn by each side: the tree does the same for each row, so a few are enough of it. */
const OURS = 4000;
const THEIRS = 5;
const TURNS = 3;
const PRESET = thresholdPresets["ada-b.cari"];

/**
 * Mining by distance beside the KD-tree of the paper's notebooks: same rows, thresholds and caps, one thread, rows mined
 * per CPU second, in turns A B A B. What both sides mined must have the same positives.
 *
 * @param engine of one thread
 * @param common the cosine of most pairs: 0 leaves nearly all far apart, .75 (as of ada-002) between the two distances
 */
export async function thresholdMining(engine: Engine, common: number): Promise<Figure> {
  const room = mkdtempSync(join(tmpdir(), "sulam-bench-"));
  const limits = [PRESET.positive, PRESET.negative, common];
  const peer = new PythonPeer("threshold.py", [room, ...[ROWS, WIDTH, ...limits].map(String)]);
  try {
    const versions = { ...ownVersions(), ...(await peer.hear<Record<string, string>>()) };
    const vectors = await readNpy(join(room, "rows.npy"));
    let [ours, theirs] = [0, 0];
    for (let turn = 0; turn < TURNS; turn++) {
      const from = turn * OURS;
      const mined = mine(engine, vectors, from);
      ours += mined.seconds;
      peer.say(`${from} ${from + THEIRS}`);
      const answer = await peer.hear<{ seconds: number; positives: number[][] }>();
      theirs += answer.seconds;
      const told = (rows: readonly number[]): string => [...rows].sort((a, b) => a - b).join();
      if (answer.positives.some((rows, i) => told(rows) !== told(mined.positives[i])))
        throw new EngineError("threshold mining", "both sides must find the same positives", "One of them is wrong.");
    }
    const rates = { ours: (TURNS * OURS) / ours, peer: (TURNS * THEIRS) / theirs };
    const work = `mining by distance, ${ROWS} x ${WIDTH}, cosines about ${common}, 1 thread`;
    return { work, ...rates, ratio: rates.ours / rates.peer, unit: "rows per CPU second", versions };
  } finally {
    peer.end();
    rmSync(room, { recursive: true, force: true });
  }
}

function mine(engine: Engine, vectors: Vectors, from: number): { seconds: number; positives: number[][] } {
  const start = process.cpuUsage();
  const positives: number[][] = [];
  for (const row of mineByThreshold(engine, vectors, { ...PRESET, anchors: [from, from + OURS] }))
    positives.push([...row.positives.rows]);
  const { user, system } = process.cpuUsage(start);
  return { seconds: (user + system) / 1e6, positives };
}
