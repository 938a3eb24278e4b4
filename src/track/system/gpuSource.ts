import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { type SystemSource, tenths } from "./systemSource.ts";

const FIELDS = ["index", "utilization.gpu", "memory.used", "memory.total", "power.draw", "enforced.power.limit"];
/** nvidia-smi counts memory in MiB, MLflow's names in 10^6 bytes. */
const MEGABYTES_PER_MIB = 1.048576;

/** What `gpuSource` takes. */
export interface GpuOptions {
  everyMs: number;
  /** Where PATH is looked up. */
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * NVIDIA's cards by `nvidia-smi`, where there is one. For card I: `gpu_I_utilization_percentage`,
 * `gpu_I_memory_usage_megabytes` (10^6 bytes), `gpu_I_memory_usage_percentage`, `gpu_I_power_usage_watts` and
 * `gpu_I_power_usage_percentage` (of the card's limit).
 *
 * One process is begun at the first reading and goes on telling: a fork costs more the more memory the run holds, and
 * the driver is slow to start. A reading takes the last that it told. Where it is absent or fails it is given up.
 *
 * @see MLflow 3.17.2, `system_metrics/metrics/gpu_monitor.py`: the same names, by NVML
 */
export function gpuSource({ everyMs, env }: GpuOptions): SystemSource {
  let child: ChildProcess | undefined;
  let known: Record<string, number> = {};
  let rest = "";
  const begin = (): ChildProcess => {
    const query = [`--query-gpu=${FIELDS}`, "--format=csv,noheader,nounits", `--loop-ms=${Math.ceil(everyMs)}`];
    const made = spawn("nvidia-smi", query, { env, stdio: ["ignore", "pipe", "ignore"], windowsHide: true });
    made.on("error", () => {});
    made.stdout.setEncoding("utf8");
    made.stdout.on("error", () => {});
    made.stdout.on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) known = { ...known, ...valuesOf(line) };
    });
    // It must not keep a program alive that is done.
    made.unref();
    if (made.stdout instanceof Socket) made.stdout.unref();
    return made;
  };
  return {
    read() {
      child ??= begin();
      const values = known;
      known = {};
      return values;
    },
    close() {
      child?.kill();
    },
  };
}

/** `0, 37, 1024, 81559, 120.53, 700.00`; what a card does not tell is `[N/A]`. */
function valuesOf(line: string): Record<string, number> {
  const [index, load, used, total, watts, limit] = line.split(",").map((word) => Number(word.trim() || "-"));
  if (!Number.isInteger(index) || limit === undefined) return {};
  const values = {
    utilization_percentage: load,
    memory_usage_megabytes: used * MEGABYTES_PER_MIB,
    memory_usage_percentage: (100 * used) / total,
    power_usage_watts: watts,
    power_usage_percentage: (100 * watts) / limit,
  };
  const known = Object.entries(values).filter(([, value]) => Number.isFinite(value));
  return Object.fromEntries(known.map(([name, value]) => [`gpu_${index}_${name}`, tenths(value)]));
}
