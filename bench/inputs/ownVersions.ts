import { readFileSync } from "node:fs";
import { engineInfo } from "../../src/engine/engineInfo.ts";

/** Our own side of a figure's versions. */
export function ownVersions(): Record<string, string> {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  return { sulam: version, "torch of sulam": engineInfo().torchVersion };
}
