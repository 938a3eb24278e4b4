import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure } from "./figure.ts";
import { kernelSpecs } from "./inputs/kernelSpecs.ts";
import { kernelVersions } from "./inputs/kernelVersions.ts";
import { PythonPeer } from "./peers/pythonPeer.ts";

const ROUNDS = 5;
/** Cells before the later figures, in the first round only. */
const CELLS = 1000;

/** What peers/kernel.py says of one start. */
type Start = { name: string } & Partial<Record<Measure, number>>;
type Measure = "info" | "first" | "cell" | "later" | "pss" | "laterPss";

const measures: Record<Measure, { work: string; unit: string }> = {
  info: { work: "to kernel_info_reply", unit: "s" },
  first: { work: "to the first execute_reply", unit: "s" },
  cell: { work: "a trivial cell", unit: "ms" },
  later: { work: `a trivial cell after ${CELLS} cells`, unit: "ms" },
  pss: { work: "memory (PSS of the process tree)", unit: "MB" },
  laterPss: { work: `memory after ${CELLS} cells`, unit: "MB" },
};

/**
 * Our kernel beside tslab and Deno (which checks no types), each started in turns by the same jupyter_client; medians of
 * five starts. Wall time, for waiting is what people notice.
 */
export async function run(): Promise<Figure[]> {
  const room = mkdtempSync(join(tmpdir(), "sulam-bench-"));
  try {
    const names = kernelSpecs(room);
    process.env.JUPYTER_PATH = join(room, "prefix/share/jupyter");
    const peer = new PythonPeer("kernel.py", [`${ROUNDS}`, `${CELLS}`, ...names]);
    const versions = { ...kernelVersions(), ...(await peer.hear<Record<string, string>>()) };
    const starts: Start[] = [];
    for (let start = await peer.hear<Start | null>(); start !== null; start = await peer.hear<Start | null>())
      starts.push(start);
    return names.slice(1).flatMap((name) => compare(starts, name, versions));
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

function compare(starts: readonly Start[], name: string, versions: Record<string, string>): Figure[] {
  return (Object.keys(measures) as Measure[]).map((measure) => {
    const of = (kernel: string): number =>
      median(starts.flatMap((start) => (start.name === kernel ? (start[measure] ?? []) : [])));
    const [ours, peer] = [of("sulam"), of(name)];
    const { work, unit } = measures[measure];
    return { work: `kernel: ${work}, beside ${name}`, ours, peer, ratio: peer / ours, unit, versions };
  });
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
