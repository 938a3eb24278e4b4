import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { type SystemSource, tenths } from "./systemSource.ts";

const FIELDS = ["index", "utilization.gpu", "memory.used", "memory.total", "power.draw", "enforced.power.limit"];
/** nvidia-smi counts memory in MiB, MLflow's names in 10^6 bytes. */
const MEGABYTES_PER_MIB = 1.048576;

/** The longest between two lines of a card, so that what a sample tells is no older. */
const TOLD_EVERY_MS = 1_000;
/** Lines may be late by this: a busy driver answers slowly, and a program that holds the event loop reads none. */
const LATE_MS = 5 * TOLD_EVERY_MS;

/** What `gpuSource` takes. */
export interface GpuOptions {
  /** Between two readings. */
  everyMs: number;
  /** Where PATH is looked up. */
  env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that never go back. */
  clock: () => number;
}

/**
 * NVIDIA's cards by `nvidia-smi`, where there is one. For card I: `gpu_I_utilization_percentage`,
 * `gpu_I_memory_usage_megabytes` (10^6 bytes), `gpu_I_memory_usage_percentage`, `gpu_I_power_usage_watts` and
 * `gpu_I_power_usage_percentage` (of the card's limit).
 *
 * One process is begun at the first reading and goes on telling: a fork costs more the more memory the run holds, and
 * the driver is slow to start. It tells each card every second, also where readings are farther apart: a reading is of
 * now, and once this process is killed the other's next line finds no reader, which ends it. A reading takes the last
 * line of each card, unless that is older than an interval and than five seconds. Where nvidia-smi is absent, fails or
 * has ended, nothing is told, and it is not begun again.
 *
 * @see MLflow 3.17.2, `system_metrics/metrics/gpu_monitor.py`: the same names, by NVML
 */
export function gpuSource({ everyMs, env, clock }: GpuOptions): SystemSource {
  const cards = new Map<number, { values: Record<string, number>; at: number }>();
  let child: ChildProcess | undefined;
  let hasEnded = false;
  let rest = "";
  const begin = (): ChildProcess => {
    const loop = `--loop-ms=${Math.ceil(Math.min(everyMs, TOLD_EVERY_MS))}`;
    const query = [`--query-gpu=${FIELDS}`, "--format=csv,noheader,nounits", loop];
    const made = spawn("nvidia-smi", query, { env, stdio: ["ignore", "pipe", "ignore"], windowsHide: true });
    made.on("error", () => {});
    made.on("exit", () => {
      hasEnded = true;
    });
    made.stdout.setEncoding("utf8");
    made.stdout.on("error", () => {});
    made.stdout.on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const card = parseCard(line);
        if (card !== undefined) cards.set(card.index, { values: card.values, at: clock() });
      }
    });
    // It must not keep a program alive that is done.
    made.unref();
    if (made.stdout instanceof Socket) made.stdout.unref();
    return made;
  };
  return {
    read() {
      child ??= begin();
      if (hasEnded) return {};
      const oldest = clock() - Math.max(everyMs, LATE_MS);
      const fresh = [...cards.values()].filter(({ at }) => at >= oldest);
      return Object.assign({}, ...fresh.map(({ values }) => values));
    },
    close() {
      // one that did not start has no number, and until Node has told so its signal would go to this process's own group
      if (child?.pid !== undefined) child.kill();
    },
  };
}

/** `0, 37, 1024, 81559, 120.53, 700.00`; what a card does not tell is `[N/A]`. */
function parseCard(line: string): { index: number; values: Record<string, number> } | undefined {
  const [index, load, used, total, watts, limit] = line.split(",").map((word) => Number(word.trim() || "-"));
  if (!Number.isInteger(index) || limit === undefined) return undefined;
  const values = {
    utilization_percentage: load,
    memory_usage_megabytes: used * MEGABYTES_PER_MIB,
    memory_usage_percentage: (100 * used) / total,
    power_usage_watts: watts,
    power_usage_percentage: (100 * watts) / limit,
  };
  const known = Object.entries(values).filter(([, value]) => Number.isFinite(value));
  return { index, values: Object.fromEntries(known.map(([name, value]) => [`gpu_${index}_${name}`, tenths(value)])) };
}
