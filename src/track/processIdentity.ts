import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process, told from every other one that ever had its number. */
export interface ProcessIdentity {
  /** Machine and process-number space (two containers on one machine number their processes separately). */
  host: string;
  pid: number;
  /** When it began, in a form only compared for equality: boot + clock ticks on Linux, `ps`'s words elsewhere. */
  started: string;
}

/** This process. */
export function processIdentity(): ProcessIdentity {
  return { host: hostIdentity(), pid: process.pid, started: startOf(process.pid) ?? "" };
}

/**
 * Whether that process still runs: true, false, or undefined when this cannot be known (it lives on another host).
 * A new process with a recycled number is not mistaken for it, nor is a zombie taken for alive.
 */
export function isAlive(other: ProcessIdentity): boolean | undefined {
  if (other.host !== hostIdentity() || other.started === "") return undefined;
  return startOf(other.pid) === other.started;
}

let host: string | undefined;

function hostIdentity(): string {
  host ??= `${hostname()}${quiet(() => ` ${readlinkSync("/proc/self/ns/pid")}`) ?? ""}`;
  return host;
}

/** When process `pid` began; undefined when there is none. */
function startOf(pid: number): string | undefined {
  if (process.platform !== "linux")
    return quiet(() => execFileSync("ps", ["-p", String(pid), "-o", "lstart="], { encoding: "utf8" }).trim());
  return quiet(() => {
    // proc(5): the name in brackets may hold anything, so count fields after the last one. 3 is the state, 22 the start.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${fields[19]}`;
  });
}

function quiet<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
