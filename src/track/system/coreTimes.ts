import { readFileSync } from "node:fs";
import { cpus } from "node:os";

/** What all cores together have spent since boot; the unit is the system's, so only shares of it mean something. */
export interface CoreTimes {
  busy: number;
  idle: number;
  /** Idle while the disk was waited for; 0 where the system does not tell it from `idle`. */
  waiting: number;
}

/**
 * Reads the cores' times: on Linux from `/proc/stat`, because Node's `os.cpus()` leaves out waiting, software
 * interrupts and what the host took; elsewhere, and where it cannot be read, from Node.
 */
export function coreTimes(file = "/proc/stat"): CoreTimes {
  return fromKernel(file) ?? fromNode();
}

function fromKernel(file: string): CoreTimes | undefined {
  try {
    return parseProcStat(readFileSync(file, "latin1"));
  } catch {
    return undefined;
  }
}

function fromNode(): CoreTimes {
  const sum = { busy: 0, idle: 0, waiting: 0 };
  for (const { times } of cpus()) {
    sum.busy += times.user + times.nice + times.sys + times.irq;
    sum.idle += times.idle;
  }
  return sum;
}

/**
 * The line `cpu` of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal; guest and guest_nice, which
 * follow, are within user and nice. Steal is busy, as for psutil. Undefined where the text has no such line.
 *
 * @see proc_stat(5); psutil 7, `_cpu_busy_time` and `_cpu_tot_time`, by which MLflow's client tells
 * `cpu_utilization_percentage`
 */
export function parseProcStat(text: string): CoreTimes | undefined {
  const ticks = /^cpu +(\d+(?: +\d+){3,})/.exec(text)?.[1].split(/ +/).map(Number);
  if (ticks === undefined) return undefined;
  const [user, nice, system, idle, waiting = 0, irq = 0, softirq = 0, steal = 0] = ticks;
  return { busy: user + nice + system + irq + softirq + steal, idle, waiting };
}
