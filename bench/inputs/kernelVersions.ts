import { readFileSync } from "node:fs";
import { ownVersions } from "./ownVersions.ts";

/** Ours, and those of the kernels in test/peers. */
export function kernelVersions(): Record<string, string> {
  const file = new URL("../../test/peers/package.json", import.meta.url);
  const { tslab, deno } = JSON.parse(readFileSync(file, "utf8")).dependencies;
  return { ...ownVersions(), tslab, deno };
}
