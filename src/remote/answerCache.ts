import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sha256 } from "../base/hash.ts";

let written = 0;

/**
 * Answers on the disk, one file each, under the hash of the whole request: whatever changes in it, asks anew. A file
 * appears whole or not at all; one that a power cut or a full disk damaged counts as absent.
 */
export class AnswerCache {
  private readonly folder: string;

  /** @param folder made when the first answer is written */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** The answer that was put for the same request, or undefined. */
  async get(request: unknown): Promise<unknown> {
    try {
      const text = await readFile(this.path(request), "utf8");
      const [hash, answer] = [text.slice(0, 64), text.slice(65)];
      return sha256(answer) === hash ? JSON.parse(answer) : undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** @throws {Error} what the disk says */
  async put(request: unknown, answer: unknown): Promise<void> {
    const path = this.path(request);
    const text = JSON.stringify(answer);
    await mkdir(dirname(path), { recursive: true });
    const beside = `${path}.${process.pid}.${written++}.part`;
    try {
      const file = await open(beside, "w");
      try {
        await file.writeFile(`${sha256(text)}\n${text}`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
    } finally {
      await rm(beside, { force: true });
    }
  }

  private path(request: unknown): string {
    const key = sha256(canonical(request));
    return join(this.folder, key.slice(0, 2), `${key}.json`);
  }
}

/** JSON with sorted keys: the order in which a request was put together does not count. */
function canonical(value: unknown): string {
  const sorted = (_: string, v: unknown): unknown =>
    typeof v === "object" && v !== null && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v;
  return JSON.stringify(value, sorted);
}
