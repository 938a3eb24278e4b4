import { dirname } from "node:path";
import { SetupFailure } from "./failure.mjs";

/** Reads and writes of set-up's own files fail with these when the disk or its rights are at fault. */
const CAUSES = {
  ENOSPC: (folder) => ["The disk is full", `df -h ${folder}`],
  EDQUOT: () => ["Your quota of the disk is used up", "quota -s"],
  EROFS: (folder) => ["The disk is mounted read-only", `df -h ${folder}`],
  EACCES: (folder) => ["Set-up may not write where it has to", `sudo chown -R "$(id -un)" ${folder}`],
};

/**
 * Says what is wrong with the disk, where a file system's error tells it.
 *
 * @param {unknown} error
 * @returns {SetupFailure | undefined} undefined for every other error
 */
export function explainDisk(error) {
  const cause = CAUSES[error?.code];
  if (!cause) return undefined;
  const { path, syscall } = error;
  const [sentence, command] = cause(path ? dirname(path) : ".");
  // The folder above one that cannot be made may be anybody's, so it keeps its owner.
  const isOurs = error.code !== "EACCES" || syscall !== "mkdir";
  return new SetupFailure(
    `${sentence}${path ? `: ${path}` : ""}.`,
    isOurs ? command : `sudo install -d -o "$(id -un)" ${path}`,
  );
}
