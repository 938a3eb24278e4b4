import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../base/hash.ts";
import { engineJsonPath } from "../../engine/engineJsonPath.ts";
import type { StartProgram } from "./startProgram.ts";

/** What a checkout is given so that it can run. */
export interface SupplyOptions {
  /** The user's checkout, which is set up. */
  root: string;
  /** The other one, as git made it. */
  worktree: string;
  /** Runs a program in the worktree to its end. @throws {InputError} when it fails */
  start: StartProgram;
  env: Readonly<Record<string, string | undefined>>;
  say: (line: string) => void;
}

/** What goes into the engine's addon, beside torch, Node and flags, which are those of this machine. */
const ADDON_PARTS = ["src/engine/native", "requirements.txt"];

/**
 * Gives a checkout its npm packages and its engine. Both are this checkout's own where nothing that they are made from
 * differs (the lock file; the addon's sources and the wheels); else they are installed and built in the worktree.
 *
 * @returns variables for programs that run there
 */
export async function supplyParts({ root, worktree, start, env, say }: SupplyOptions): Promise<Record<string, string>> {
  const own = join(worktree, "bin/sulam.mjs");
  const isClone = existsSync(own);
  const script = isClone ? own : join(worktree, "node_modules/sulam/bin/sulam.mjs");
  const sameLock = isSame(root, worktree, ["package-lock.json"]);
  if (sameLock) symlinkSync(join(root, "node_modules"), join(worktree, "node_modules"), "dir");
  else {
    say("Its lock file is another: npm installs its packages.");
    // in a clone set-up itself calls npm
    if (!isClone) await start("npm", ["ci", "--no-audit", "--no-fund"]);
    await start(process.execPath, [script, "setup", "--only", "track"]);
  }
  const known = env.SULAM_ENGINE_JSON ?? engineJsonPath(enginePackage(root));
  const sameEngine = isClone ? isSame(root, worktree, ADDON_PARTS) : sameLock;
  if (sameEngine) return { SULAM_ENGINE_JSON: known };
  say("Its engine is made from other sources: it is built anew.");
  const torch = isSame(root, worktree, ["requirements.txt"]) ? pythonOf(known) : {};
  await start(process.execPath, [script, "setup"], torch);
  return {};
}

/** The folder of the package sulam: the checkout, or a dependency of it. */
function enginePackage(root: string): string {
  const inside = join(root, "node_modules/sulam");
  return existsSync(inside) ? inside : root;
}

function isSame(root: string, worktree: string, paths: readonly string[]): boolean {
  return digest(root, paths) === digest(worktree, paths);
}

/** The interpreter whose torch set-up can take in place of a download. */
function pythonOf(engineJson: string): Record<string, string> {
  if (!existsSync(engineJson)) return {};
  return { SULAM_PYTHON: JSON.parse(readFileSync(engineJson, "utf8")).python };
}

/** sha256 of files and of the files right in folders; what is absent counts as that. */
function digest(root: string, paths: readonly string[]): string {
  const files = paths.flatMap((path) => {
    const place = join(root, path);
    if (!existsSync(place)) return [];
    return statSync(place).isDirectory()
      ? readdirSync(place)
          .sort()
          .map((name) => join(path, name))
      : [path];
  });
  return sha256(JSON.stringify(files.map((path) => [path, sha256(readFileSync(join(root, path)))])));
}
