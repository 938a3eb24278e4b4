import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Where set-up reads and writes.
 *
 * @typedef {object} Places
 * @property {string} root       the package's own folder
 * @property {boolean} installed true when the package lies in a `node_modules`, false in a clone
 * @property {string} venv       the virtual environment
 * @property {string} build      the addon, the logs and the lock
 * @property {string} engineJson what the engine room reads: `{addon, torch, torchVersion, python, minilm}`
 */

/**
 * A clone keeps everything in itself. An installed package is npm's to wipe, so it writes to `.sulam/` of the project
 * that uses it (the nearest folder with a `package.json` outside `node_modules`), or of the home folder when there is
 * no such project (`npm install --global`).
 *
 * @param {string} [root] the package's folder; default: the one that this file lies in
 * @returns {Places}
 */
export function findPlaces(root = realpathSync(fileURLToPath(new URL("../..", import.meta.url)))) {
  const cut = `${root}${sep}`.indexOf(`${sep}node_modules${sep}`);
  if (cut < 0) {
    const build = join(root, "build");
    return { root, installed: false, venv: join(root, ".venv"), build, engineJson: join(build, "engine.json") };
  }
  const home = join(projectAbove(root.slice(0, cut) || sep) ?? homedir(), ".sulam");
  const [venv, build, engineJson] = ["venv", "build", "engine.json"].map((name) => join(home, name));
  return { root, installed: true, venv, build, engineJson };
}

/** @returns {string | undefined} */
function projectAbove(folder) {
  if (existsSync(join(folder, "package.json"))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : projectAbove(above);
}
