import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * Sends a signal to a process and all that it has started, as a terminal does with Ctrl-C. A process group of its own
 * would do the same, but then a command would outlive the kernel, which ends its own group when it shuts down.
 *
 * @param pid its number; a process that is gone already is passed over
 */
export function endTree(pid: number, signal: NodeJS.Signals): void {
  const pairs = processes();
  const tree = [pid];
  // Grows while it is walked.
  for (const parent of tree) for (const [child, of] of pairs) if (of === parent) tree.push(child);
  for (const one of tree) {
    try {
      process.kill(one, signal);
    } catch {
      // It ended meanwhile.
    }
  }
}

/** Each process's number and its parent's: from /proc where there is one, else from `ps`. */
function processes(): [number, number][] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap(parentOf);
  } catch {
    const lines = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).stdout?.trim().split("\n") ?? [];
    return lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  }
}

function parentOf(pid: string): [number, number][] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // "pid (name) state ppid ...", and a name may hold spaces and brackets.
    return [[Number(pid), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])]];
  } catch {
    return [];
  }
}
