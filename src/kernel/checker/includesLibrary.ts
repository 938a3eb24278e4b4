import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Whether one of TypeScript's libraries is `wanted`, or refers to it through others.
 *
 * @param libFolder TypeScript's `lib`
 * @param libs      file names in it, such as `lib.es2023.d.ts`; a missing one refers to nothing
 */
export function includesLibrary(libFolder: string, libs: readonly string[], wanted: string): boolean {
  return libs.some((lib) => lib === wanted || includesLibrary(libFolder, references(join(libFolder, lib)), wanted));
}

function references(path: string): string[] {
  try {
    const found = readFileSync(path, "utf8").matchAll(/^\/\/\/\s*<reference\s+lib\s*=\s*["']([^"']+)["']/gm);
    return [...found].map(([, name]) => `lib.${name!.toLowerCase()}.d.ts`);
  } catch {
    return [];
  }
}
