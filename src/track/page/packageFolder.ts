import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { MlflowFault } from "../server/mlflowFault.ts";

/**
 * Where a package lies, wherever npm has put it. Not every package lets its package.json be asked for by name.
 * @throws {MlflowFault} when it is not there
 */
export function packageFolder(name: string): string {
  const require = createRequire(import.meta.url);
  for (const place of require.resolve.paths(name) ?? []) {
    try {
      return dirname(require.resolve(join(place, name, "package.json")));
    } catch {
      // The next place.
    }
  }
  throw new MlflowFault("INTERNAL_ERROR", 500, `Package ${name} is missing. To mend it: npx sulam setup`);
}
