import { ConfigError } from "../base/errors.ts";
import type { KeyPath } from "./problem.ts";
import { readYaml } from "./readYaml.ts";

/**
 * Sets one value in `target`, in place, as `--set train.batchSize=64` asks: a path of keys (list entries by index from
 * 0, one past the end appends), `=`, and a YAML value. Mappings on the way are made.
 *
 * @returns the path that was set
 * @throws {ConfigError} when there is no `=`, a key is empty, or the path goes through a plain value or beyond a list
 */
export function applyOverride(target: Record<string, unknown>, override: string): KeyPath {
  const who = `--set ${override}`;
  const at = override.indexOf("=");
  if (at < 1) throw new ConfigError(who, "must be KEY=VALUE", "Write for example --set train.batchSize=64.");
  const keys = override.slice(0, at).trim().split(".");
  if (keys.some((key) => key === "" || key === "__proto__"))
    throw new ConfigError(who, "has an empty key", "Write the keys with one dot between them.");
  const { value } = readYaml(override.slice(at + 1), who);
  const path: (string | number)[] = [];
  let holder: unknown = target;
  for (const [i, key] of keys.entries()) {
    const step = Array.isArray(holder) ? indexOf(holder, key, who) : key;
    path.push(step);
    const slots = holder as Record<string | number, unknown>;
    if (i === keys.length - 1) slots[step] = value;
    else {
      const next = Object.hasOwn(slots, step) ? slots[step] : undefined;
      if (next === undefined || next === null) slots[step] = {};
      else if (typeof next !== "object")
        throw new ConfigError(who, `${path.join(".")} is ${JSON.stringify(next)}, not a mapping`, "Set it as a whole.");
      holder = slots[step];
    }
  }
  return path;
}

function indexOf(list: unknown[], key: string, who: string): number {
  const index = /^\d+$/.test(key) ? Number(key) : Number.NaN;
  if (!(index <= list.length))
    throw new ConfigError(
      who,
      `${JSON.stringify(key)} is no place in a list of ${list.length}`,
      `Use an index from 0 to ${list.length}, or set the whole list.`,
    );
  return index;
}
