import { cpus, freemem, totalmem } from "node:os";
import { type SystemSource, tenths } from "./systemSource.ts";

/** What `computeSource` asks. */
export interface ComputeProbe {
  /** Milliseconds that all cores together have spent since boot: at work, and altogether. */
  cores(): { busy: number; all: number };
  /** Bytes. */
  memory(): { used: number; total: number };
  /** CPU time of this process and its threads in milliseconds, and its resident memory in bytes. */
  process(): { cpu: number; resident: number };
}

const BYTES_PER_MEGABYTE = 1e6;

/**
 * Processor and memory, of the machine and of this process:
 *
 * - `cpu_utilization_percentage`: of all cores, since the reading before; 100 when none was idle
 * - `system_memory_usage_megabytes`, `system_memory_usage_percentage`: what new programs cannot have (10^6 bytes)
 * - `process_cpu_percentage`: of this process with its threads, since the reading before; 100 is one core, kept busy
 * - `process_memory_megabytes`: its resident memory (10^6 bytes)
 *
 * A reading costs 0.3 ms of 2 cores (Node's `os` and `process`, which read `/proc` on Linux).
 *
 * @param clock  milliseconds that never go back
 * @see MLflow 3.17.2, `system_metrics/metrics/cpu_monitor.py`: the first three, by psutil
 */
export function computeSource(clock: () => number, probe: ComputeProbe = MACHINE): SystemSource {
  let before = { cores: probe.cores(), cpu: probe.process().cpu, time: clock() };
  return {
    read() {
      const now = { cores: probe.cores(), cpu: probe.process().cpu, time: clock() };
      const all = now.cores.all - before.cores.all;
      const elapsed = now.time - before.time;
      const memory = probe.memory();
      const values = {
        ...(all > 0 && { cpu_utilization_percentage: tenths((100 * (now.cores.busy - before.cores.busy)) / all) }),
        system_memory_usage_megabytes: tenths(memory.used / BYTES_PER_MEGABYTE),
        system_memory_usage_percentage: tenths((100 * memory.used) / memory.total),
        ...(elapsed > 0 && { process_cpu_percentage: tenths((100 * (now.cpu - before.cpu)) / elapsed) }),
        process_memory_megabytes: tenths(probe.process().resident / BYTES_PER_MEGABYTE),
      };
      before = now;
      return values;
    },
    close() {},
  };
}

const MACHINE: ComputeProbe = {
  cores() {
    const times = cpus().map((core) => core.times);
    const sum = (of: (time: (typeof times)[number]) => number): number => times.reduce((all, one) => all + of(one), 0);
    const busy = sum(({ user, nice, sys, irq }) => user + nice + sys + irq);
    return { busy, all: busy + sum(({ idle }) => idle) };
  },
  memory: () => ({ used: totalmem() - freemem(), total: totalmem() }),
  process() {
    const { user, system } = process.cpuUsage();
    return { cpu: (user + system) / 1000, resident: process.memoryUsage.rss() };
  },
};
