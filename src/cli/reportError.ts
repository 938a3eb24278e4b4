import { SulamError } from "../base/errors.ts";

/** Errors of the operating system that a user can mend, in words. */
const systemWords: Record<string, string> = {
  EACCES: "permission denied. Change the permissions, or take another path",
  EDQUOT: "the disk quota is used up. Free some space and run again",
  EEXIST: "exists already. Take another path",
  EISDIR: "is a folder. Name a file",
  EMFILE: "too many open files. Raise `ulimit -n`",
  ENOENT: "no such file or folder. Check the path",
  ENOSPC: "the disk is full. Free some space and run again",
  ENOTDIR: "part of the path is a file, not a folder. Check the path",
  EPERM: "permission denied. Change the permissions, or take another path",
  EROFS: "the disk is read-only. Take another path",
};

/**
 * What to print for an error that ended a command: the message alone when it was written for the user, else the
 * message, the news that this is a bug, and the stack when `debug` is set.
 */
export function reportError(error: unknown, debug: boolean): string {
  const stack = debug && error instanceof Error ? `\n${error.stack}` : "";
  if (error instanceof SulamError) return `error: ${error.message}${stack}`;
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code !== undefined && systemWords[code]) return `error: ${path ?? message}: ${systemWords[code]}.${stack}`;
  const more = debug ? "" : " Set SULAM_DEBUG=1 to see where.";
  return `error: ${error instanceof Error ? message : String(error)}\nThis is a bug in sulam.${more}${stack}`;
}
