import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { runCommand } from "./runCommand.mjs";

/**
 * Everything set-up asks of the machine around it, so that tests can hand in a machine without Python, disk or compiler.
 *
 * @typedef {object} World
 * @property {NodeJS.ProcessEnv} env
 * @property {NodeJS.Platform} platform
 * @property {string} arch
 * @property {string} nodeVersion      e.g. `20.20.2`
 * @property {string} nodeAbi          Node's module version, e.g. `115`
 * @property {string} nodePath         the running Node
 * @property {(path: string) => boolean} exists
 * @property {(folder: string) => number} freeBytes  bytes that this user may still write on the folder's disk
 * @property {(name: string) => string | undefined} which  where a program is: on PATH, or at a path that is given
 * @property {typeof runCommand} run
 */

/** The real machine. @type {World} */
export const world = {
  env: process.env,
  platform: process.platform,
  arch: process.arch,
  nodeVersion: process.versions.node,
  nodeAbi: process.versions.modules,
  nodePath: process.execPath,
  exists: existsSync,
  freeBytes,
  which: (name) => which(name, process.env.PATH ?? ""),
  run: runCommand,
};

/** Bytes free on the disk of `folder`, or of its nearest parent that exists. */
function freeBytes(folder) {
  let there = folder;
  while (!existsSync(there)) there = dirname(there);
  const disk = statfsSync(there);
  return disk.bavail * disk.bsize;
}

/** @returns {string | undefined} */
function which(name, path) {
  const places = name.includes("/") ? [name] : path.split(delimiter).map((folder) => join(folder, name));
  return places.find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
