import { freemem, totalmem } from "node:os";
import { type CoreTimes, coreTimes } from "./coreTimes.ts";
import { type SystemSource, tenths } from "./systemSource.ts";

/** What `computeSource` asks. */
export interface ComputeProbe {
  cores(): CoreTimes;
  /** Bytes. */
  memory(): { used: number; total: number };
  /** CPU time of this process and its threads in milliseconds, and its resident memory in bytes. */
  process(): { cpu: number; resident: number };
}

const BYTES_PER_MEGABYTE = 1e6;

/**
 * Processor and memory, of the machine and of this process:
 *
 * - `cpu_utilization_percentage`: of all cores, since the reading before; one that waits for the disk is idle
 * - `system_memory_usage_megabytes`, `system_memory_usage_percentage`: what new programs cannot have (10^6 bytes)
 * - `process_cpu_percentage`: of this process with its threads, since the reading before; 100 is one core, kept busy
 * - `process_memory_megabytes`: its resident memory (10^6 bytes)
 *
 * @param clock  milliseconds that never go back
 * @see MLflow 3.17.2, `system_metrics/metrics/cpu_monitor.py`: the first three, by psutil
 */
export function computeSource(clock: () => number, probe: ComputeProbe = MACHINE): SystemSource {
  let before = { cores: probe.cores(), cpu: probe.process().cpu, time: clock() };
  return {
    read() {
      const now = { cores: probe.cores(), cpu: probe.process().cpu, time: clock() };
      const busy = passed(before.cores.busy, now.cores.busy);
      const idle = passed(before.cores.idle, now.cores.idle) + passed(before.cores.waiting, now.cores.waiting);
      const elapsed = now.time - before.time;
      const memory = probe.memory();
      const values = {
        ...(busy + idle > 0 && { cpu_utilization_percentage: tenths((100 * busy) / (busy + idle)) }),
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

/** Counters of the kernel may run back a little, the one of waiting above all. */
function passed(before: number, now: number): number {
  return Math.max(0, now - before);
}

const MACHINE: ComputeProbe = {
  cores: coreTimes,
  memory: () => ({ used: totalmem() - freemem(), total: totalmem() }),
  process() {
    const { user, system } = process.cpuUsage();
    return { cpu: (user + system) / 1000, resident: process.memoryUsage.rss() };
  },
};
