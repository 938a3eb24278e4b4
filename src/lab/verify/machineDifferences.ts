import { recordedEnvironment } from "./recordedEnvironment.ts";
import type { Recording } from "./recording.ts";

/** Fields of `source/environment.json` on which the bits of a result may hang. */
const FIELDS = ["platform", "arch", "cpu", "node", "dependencies"] as const;
/** Tags likewise. */
const TAGS = ["sulam.torchVersion", "sulam.cpuCapability", "sulam.threads"];

/**
 * In what two runs' machines and libraries differ, a line each: `cpu: A, here B`. Empty when they are alike, and bit for
 * bit the same results are promised. What the older record does not tell counts as alike.
 */
export function machineDifferences(recorded: Recording, found: Recording): string[] {
  const [before, now] = [recordedEnvironment(recorded), recordedEnvironment(found)];
  const fields = FIELDS.map((name) => ({ name: name as string, a: before[name], b: now[name] }));
  const tags = TAGS.map((name) => ({ name: name.replace("sulam.", ""), a: recorded.tags[name], b: found.tags[name] }));
  return [...fields, ...tags].flatMap(({ name, a, b }) => {
    if (a === undefined || b === undefined || JSON.stringify(a) === JSON.stringify(b)) return [];
    return typeof a === "object" ? [`${name} differ`] : [`${name}: ${a}, here ${b}`];
  });
}
