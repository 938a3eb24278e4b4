import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { readJsonl } from "../base/jsonl.ts";
import { readNpy } from "../data/npy.ts";
import { INDEX_FORMAT, type IndexManifest, type Passage, type TextIndex } from "./textIndex.ts";

/**
 * Reads an index that `buildIndex` wrote.
 *
 * @param folder its folder
 * @returns undefined when there is none
 * @throws {InputError} another version's, or damaged files
 */
export async function openIndex(folder: string): Promise<TextIndex | undefined> {
  const path = join(folder, "index.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new InputError(path, `cannot be read (${(error as Error).message})`, "Check the path.", { cause: error });
  }
  const manifest = parse(path, text);
  const content = join(folder, manifest.content);
  const passages: Passage[] = [];
  for await (const { value } of readJsonl(join(content, "passages.jsonl"))) passages.push(value as Passage);
  const expected = manifest.files.reduce((sum, file) => sum + file.passages, 0);
  const vectors =
    expected === 0 ? { data: new Float32Array(0), n: 0, d: 0 } : await readNpy(join(content, "vectors.npy"));
  if (passages.length !== expected || vectors.n !== expected)
    throw new InputError(
      folder,
      `must hold ${expected} passages and vectors, holds ${passages.length} and ${vectors.n}`,
      "Build it anew: sulam index --rebuild.",
    );
  return { manifest, passages, vectors };
}

function parse(path: string, text: string): IndexManifest {
  let manifest: IndexManifest;
  try {
    manifest = JSON.parse(text);
  } catch (cause) {
    throw new InputError(path, "is not JSON", "Build the index anew: sulam index --rebuild.", { cause });
  }
  const { format } = manifest ?? {};
  if (format === INDEX_FORMAT) return manifest;
  throw new InputError(
    path,
    `must be an index of format ${INDEX_FORMAT}, got ${JSON.stringify(format) ?? "none"}`,
    "Build it anew with this version: sulam index --rebuild.",
  );
}
