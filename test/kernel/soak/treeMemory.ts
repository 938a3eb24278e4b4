import { existsSync, readdirSync, readFileSync } from "node:fs";

/** For `test(name, { skip })`: false where the system tells a process's proportional memory, as Linux does. */
export const noTreeMemory: false | string = existsSync("/proc/self/smaps_rollup")
  ? false
  : "this system does not tell a process's proportional set size";

/** Megabytes (PSS: shared pages counted by their share) of each process below `root`, and of itself, by its command. */
export function treeMemory(root: number): Map<number, { command: string; megabytes: number }> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // after the command in parentheses: state, parent
    const parent = Number(
      read(`/proc/${name}/stat`)
        .replace(/^.*\) . /s, "")
        .split(" ")[0],
    );
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = new Map<number, { command: string; megabytes: number }>();
  const visit = (pid: number): void => {
    const kilobytes = Number(/^Pss: +(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
    const command = read(`/proc/${pid}/cmdline`).split("\0").slice(-3).join(" ");
    found.set(pid, { command, megabytes: kilobytes / 1024 });
    for (const child of children.get(pid) ?? []) visit(child);
  };
  visit(root);
  return found;
}

/** Empty for a process that has gone meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
