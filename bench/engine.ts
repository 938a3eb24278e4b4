import { engineInfo } from "../src/engine/engineInfo.ts";
import { openEngine } from "../src/engine/openEngine.ts";
import type { Figure } from "./figure.ts";
import { PythonPeer } from "./peers/pythonPeer.ts";

/** Calls in one turn of a side, as in peers/engine.py, and turns of each. */
const CALLS = 2000;
const TURNS = 15;

/**
 * What one small operation costs from JavaScript, beside the same from Python, in turns A B A B. The least of all turns
 * counts, in microseconds of the process's CPU time on one thread: what is measured is the way to torch's kernel and
 * back, with the handle made and freed.
 */
export async function run(): Promise<Figure[]> {
  const peer = new PythonPeer("engine.py", []);
  try {
    const versions = { sulam: engineInfo().torchVersion, ...(await peer.hear<Record<string, string>>()) };
    const figures: Figure[] = [];
    for (const [name, call] of Object.entries(await operations())) {
      let [ours, theirs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (let turn = 0; turn < TURNS; turn++) {
        ours = Math.min(ours, microseconds(call));
        peer.say(name);
        theirs = Math.min(theirs, (await peer.hear<{ microseconds: number }>()).microseconds);
      }
      figures.push({
        work: `engine: ${name}`,
        ours,
        peer: theirs,
        ratio: theirs / ours,
        unit: "microseconds",
        versions,
      });
    }
    return figures;
  } finally {
    peer.end();
  }
}

/** Each makes `CALLS` calls: small results a hundred in a scope, as in a model's layers; large ones one by one. */
async function operations(): Promise<Record<string, () => void>> {
  const engine = await openEngine({ threads: 1 });
  const one = engine.full([1], 1);
  const small = engine.full([2, 2], 1);
  const [rows, weight] = [engine.full([512, 384], 1), engine.full([384], 1)];
  const repeat =
    (f: () => unknown, inScope = 100) =>
    () => {
      for (let i = 0; i < CALLS / inScope; i++)
        engine.tidy(() => {
          for (let j = 0; j < inScope; j++) f();
        });
    };
  return {
    add: repeat(() => engine.add(one, one)),
    addNumber: repeat(() => engine.add(one, 2)),
    reshape: repeat(() => engine.reshape(one, [1, 1])),
    matmul: repeat(() => engine.matmul(small, small)),
    gradient: repeat(() => engine.valueAndGrad(() => engine.sum(engine.mul(one, one)), [one])),
    rmsNorm: repeat(() => engine.rmsNorm(rows, weight, 1e-5), 1),
  };
}

function microseconds(f: () => void): number {
  const start = process.cpuUsage();
  f();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / CALLS;
}
