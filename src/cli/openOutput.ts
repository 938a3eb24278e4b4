import { rmSync } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { InputError } from "../base/errors.ts";
import { removeDead } from "../base/removeDead.ts";
import type { Terminal } from "./terminal.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** A place for a command's data. Until `finish`, what stood there before is untouched. */
export interface Output {
  write(chunk: string | Uint8Array): Promise<void>;
  /** Flushes to the disk and puts the file in its place; a second time it does nothing. */
  finish(): Promise<void>;
  /** Gives up and leaves no trace. */
  abandon(): Promise<void>;
}

/**
 * Opens an output before the work begins, so that a wrong path is told at once. A regular file is written beside its
 * place and renamed at the end (an older one is then replaced); a pipe or device is written to directly. SIGINT or
 * SIGTERM leaves nothing beside it; what kill -9 left there is removed.
 *
 * @param path a file, or `-` for standard output
 * @throws {InputError} a folder, no such folder around it; {Error} what the disk says
 */
export async function openOutput(path: string, terminal: Terminal): Promise<Output> {
  if (path === "-") return { write: (chunk) => terminal.data(chunk), finish: nothing, abandon: nothing };
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (found?.isDirectory()) throw new InputError(path, "is a folder", "Name a file to write.");
  const special = found !== undefined && !found.isFile();
  const target = special ? path : `${path}.${process.pid}.part`;
  const file = await open(target, "w").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new InputError(path, `there is no folder ${dirname(path)}`, `Make it: mkdir -p ${dirname(path)}`);
  });
  if (special) return direct(file, path);
  // Nothing lies there until the first write: work that never yields leaves no moment to remove it after a signal, and
  // a handler would only keep such work from ending.
  await file.close();
  await removeDead(dirname(path), basename(path));
  return beside(target, path);
}

async function nothing(): Promise<void> {}

/** Passes on what the disk says, with the path: errors of an open file name none. */
function naming(path: string): (error: unknown) => never {
  return (error) => {
    throw Object.assign(error as Error, { path });
  };
}

function direct(file: FileHandle, path: string): Output {
  // closing a closed handle does nothing
  const close = (): Promise<void> => file.close();
  return { write: (chunk) => file.writeFile(chunk).catch(naming(path)), finish: close, abandon: close };
}

function beside(target: string, path: string): Output {
  const die = (signal: NodeJS.Signals): void => {
    rmSync(target, { force: true });
    unlisten();
    process.kill(process.pid, signal);
  };
  const unlisten = (): void => {
    for (const name of SIGNALS) process.off(name, die);
  };
  let opened: Promise<FileHandle> | undefined;
  let isFinished = false;
  const file = (): Promise<FileHandle> => {
    if (opened === undefined) for (const name of SIGNALS) process.on(name, die);
    opened ??= open(target, "w");
    return opened;
  };
  return {
    write: async (chunk) => (await file()).writeFile(chunk).catch(naming(path)),
    finish: async () => {
      if (isFinished) return;
      const whole = await file();
      await whole.sync().catch(naming(path));
      await whole.close();
      await rename(target, path);
      isFinished = true;
      unlisten();
    },
    abandon: async () => {
      await opened?.then((part) => part.close()).catch(() => {});
      await rm(target, { force: true });
      unlisten();
    },
  };
}
