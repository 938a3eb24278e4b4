import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { InputError } from "../../base/errors.ts";
import { syncFolder } from "../../base/syncFolder.ts";
import { formatNotebook } from "./formatNotebook.ts";
import type { Notebook } from "./notebook.ts";
import { parseNotebook } from "./parseNotebook.ts";

/** Reads a notebook file. @throws {InputError} no such file, or no notebook: see `parseNotebook` */
export function readNotebook(path: string): Notebook {
  return parseNotebook(notebookText(path), path);
}

/** The text of a notebook file. @throws {InputError} no such file, a folder, not UTF-8 */
export function notebookText(path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new InputError(path, "no such file", "Check the path.", { cause });
    if (code === "EISDIR") throw new InputError(path, "is a folder", "Name a .ipynb file.", { cause });
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA")
      throw new InputError(path, "is not a notebook: it is not UTF-8", "Convert it to UTF-8.", { cause });
    throw cause;
  }
}

/**
 * Writes a notebook file whole or not at all: a reader, or a crash, never finds half of one.
 *
 * @throws {InputError} there is no folder for it; {Error} what the disk says
 */
export function writeNotebook(path: string, notebook: Notebook): void {
  replaceFile(path, formatNotebook(notebook));
}

/**
 * Puts a text in place of a file at once, by renaming, also across a power cut. The file keeps its permissions, and a
 * link goes on pointing to it.
 *
 * @throws {InputError} there is no folder for it
 */
export function replaceFile(path: string, text: string): void {
  checkFolder(path);
  const before = statSync(path, { throwIfNoEntry: false });
  const place = before ? realpathSync(path) : path;
  const part = `${place}.${process.pid}.part`;
  try {
    const file = openSync(part, "w", before ? 0o600 : 0o666);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (before) chmodSync(part, before.mode & 0o777);
    renameSync(part, place);
    syncFolder(dirname(place));
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Says at once what would fail after an hour's run. @throws {InputError} a folder, or none to write into */
export function checkFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new InputError(path, "is a folder", "Name a file to write.");
  const folder = dirname(path);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new InputError(path, `there is no folder ${folder}`, `Make it: mkdir -p ${folder}`);
}
