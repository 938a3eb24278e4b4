import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** The text of plotly.js-dist-min, as the notebook's project has it, else as this package does; undefined without it. */
export function plotlyLibrary(): string | undefined {
  for (const base of [join(process.cwd(), "notebook.js"), import.meta.url]) {
    try {
      return readFileSync(createRequire(base).resolve("plotly.js-dist-min"), "utf8");
    } catch {
      // Not there: the next place, then none.
    }
  }
  return undefined;
}
