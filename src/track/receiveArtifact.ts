import { createHash, randomBytes } from "node:crypto";
import { readdirSync, rmSync, statSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "./storeError.ts";

/** A file that came in whole, under a passing name. */
export interface ReceivedFile {
  /** Where it lies. Whoever asked for it moves or removes it. */
  file: string;
  /** Bytes. */
  size: number;
  /** Lower-case hex. */
  sha256: string;
}

/** The folder, beside those of the experiments, where files come in. */
const FOLDER = ".incoming";

/** An upload that goes on writes its file again and again; one that was silent so long has died. */
const SILENCE_MS = 60 * 60_000;

/**
 * Takes in a stream of bytes, and waits until they are on the disk. A stream that breaks leaves nothing; a process that
 * is killed leaves a file that `sweepIncoming` removes.
 *
 * @param root  the folder of all artifacts
 * @throws {StoreError} when the file cannot be written; what the stream throws is thrown on
 */
export async function receiveArtifact(root: string, chunks: AsyncIterable<Uint8Array>): Promise<ReceivedFile> {
  const folder = join(root, FOLDER);
  const file = join(folder, `${randomBytes(12).toString("hex")}.part`);
  const refuse = (error: unknown): never => {
    throw StoreError.from(error, file);
  };
  await mkdir(folder, { recursive: true }).catch(refuse);
  const out = await open(file, "wx").catch(refuse);
  const hash = createHash("sha256");
  let size = 0;
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      for (let at = 0; at < chunk.length; ) at += (await out.write(chunk, at).catch(refuse)).bytesWritten;
      size += chunk.length;
    }
    await out.sync().catch(refuse);
    await out.close().catch(refuse);
  } catch (error) {
    await out.close().catch(() => {});
    rmSync(file, { force: true });
    throw error;
  }
  return { file, size, sha256: hash.digest("hex") };
}

/** Removes what uploads that died left. @param now milliseconds since 1970 */
export function sweepIncoming(root: string, now: number): void {
  const folder = join(root, FOLDER);
  try {
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      if (now - statSync(file).mtimeMs > SILENCE_MS) rmSync(file, { force: true });
    }
  } catch {
    // No folder, or another process sweeps, too: nothing of worth is here.
  }
}
