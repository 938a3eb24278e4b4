import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, sep } from "node:path";

/**
 * Where set-up writes engine.json for the package in folder `root`: a clone keeps it in its own `build/`; for a package
 * in node_modules it is in `.sulam/` of the project that uses it (the nearest folder with a package.json outside
 * node_modules), or of the home folder when there is no such project. `scripts/setup/places.mjs` has the same rule.
 */
export function engineJsonPath(root: string): string {
  const cut = `${root}${sep}`.indexOf(`${sep}node_modules${sep}`);
  if (cut < 0) return join(root, "build", "engine.json");
  let project = root.slice(0, cut) || sep;
  while (!existsSync(join(project, "package.json"))) {
    if (project === dirname(project)) return join(homedir(), ".sulam", "engine.json");
    project = dirname(project);
  }
  return join(project, ".sulam", "engine.json");
}
