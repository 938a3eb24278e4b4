import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InputError } from "../base/errors.ts";
import { writeJsonl } from "../base/jsonl.ts";
import type { OnProgress } from "../base/progress.ts";
import { syncFolder } from "../base/syncFolder.ts";
import type { Vectors } from "../base/vectors.ts";
import type { ChunkSettings } from "../data/chunkText.ts";
import { writeNpy } from "../data/npy.ts";
import type { Encoder } from "../search/encoder.ts";
import { holdFolder } from "./holdFolder.ts";
import { openIndex } from "./openIndex.ts";
import { listSource, readSource } from "./readSource.ts";
import {
  INDEX_FORMAT,
  type IndexedFile,
  type IndexManifest,
  type IndexModel,
  type Passage,
  type TextIndex,
} from "./textIndex.ts";

/** What `buildIndex` is asked for. */
export interface IndexRequest {
  /** Folder or file with the texts. */
  source: string;
  /** Folder of the index; made when it is not there. */
  folder: string;
  chunks: ChunkSettings;
  /** The model of `encoder`. */
  model: IndexModel;
  encoder: Encoder;
  /** Take nothing from an index that is there, whatever made it. */
  rebuild: boolean;
  onProgress?: OnProgress;
}

/** What was done. */
export interface IndexReport {
  files: number;
  passages: number;
  /** Files read: new, or changed since. */
  read: number;
  /** Texts encoded; the other passages kept the vectors that they had. */
  encoded: number;
  /** Files that are gone. */
  removed: number;
  /** Files left aside, by the end of their names. */
  skipped: Record<string, number>;
}

/**
 * Puts an index over texts, or brings it up to date: a file whose size and time are the same is not read again, and a
 * passage whose text is the same is not encoded again. The index that was there is replaced only when the new one is
 * whole on the disk.
 *
 * @throws {InputError} an index made by another model, other passages or another version, unless `rebuild`; nothing to
 *                      index; unreadable texts; another process that writes the same index
 */
export async function buildIndex(request: IndexRequest): Promise<IndexReport> {
  const { folder, rebuild } = request;
  mkdirSync(folder, { recursive: true });
  const release = holdFolder(folder);
  try {
    const known = rebuild ? undefined : await openIndex(folder);
    if (known) assertSame(known.manifest, request);
    const { files, skipped } = await listSource(request.source);
    if (files.length === 0)
      throw new InputError(request.source, "holds no .txt, .md or .jsonl file", "Name a folder with texts.");
    const old = filesOf(known);
    const records: IndexedFile[] = [];
    const passages: Passage[] = [];
    let read = 0;
    for (const file of files) {
      const before = old.get(file.path);
      const isSame = before?.record.size === file.size && before.record.mtimeMs === file.mtimeMs;
      const now = isSame ? before : await readSource(file, request.chunks);
      if (!isSame) read++;
      records.push(now.record);
      for (const passage of now.passages) passages.push(passage);
    }
    const { vectors, encoded } = await vectorsOf(passages, known, request);
    const here = new Set(records.map(({ path }) => path));
    const removed = [...old.keys()].filter((path) => !here.has(path)).length;
    await save(request, records, passages, vectors);
    return { files: files.length, passages: passages.length, read, encoded, removed, skipped };
  } finally {
    release();
  }
}

function assertSame({ model, chunks }: IndexManifest, request: IndexRequest): void {
  const refuse = (problem: string): never => {
    throw new InputError(request.folder, problem, "Use the same, or build the index anew: sulam index --rebuild.");
  };
  if (model.identity !== request.model.identity)
    refuse(`was made with other weights or settings of a model (${model.name}) than ${request.model.name} has`);
  const was = JSON.stringify(chunks);
  const wanted = JSON.stringify(request.chunks);
  if (was !== wanted) refuse(`holds passages cut as ${was}, not as ${wanted}`);
}

function filesOf(index: TextIndex | undefined): Map<string, { record: IndexedFile; passages: Passage[] }> {
  let at = 0;
  const files = new Map<string, { record: IndexedFile; passages: Passage[] }>();
  for (const record of index?.manifest.files ?? []) {
    files.set(record.path, { record, passages: index!.passages.slice(at, at + record.passages) });
    at += record.passages;
  }
  return files;
}

/** A row for each passage; texts that the old index has are not encoded, and equal texts once. */
async function vectorsOf(
  passages: readonly Passage[],
  known: TextIndex | undefined,
  { encoder, onProgress }: IndexRequest,
): Promise<{ vectors: Vectors; encoded: number }> {
  const rows = new Map(known?.passages.map(({ text }, row) => [text, row]));
  const fresh = [...new Set(passages.map(({ text }) => text))].filter((text) => !rows.has(text));
  const made = fresh.length > 0 ? await encoder.encode(fresh, { onProgress }) : undefined;
  const freshRows = new Map(fresh.map((text, row) => [text, row]));
  const d = made?.d ?? known?.vectors.d ?? 0;
  const data = new Float32Array(passages.length * d);
  for (const [i, { text }] of passages.entries()) {
    const row = rows.get(text);
    const from = row === undefined ? made! : known!.vectors;
    const at = (row ?? freshRows.get(text)!) * d;
    data.set(from.data.subarray(at, at + d), i * d);
  }
  return { vectors: { data, n: passages.length, d }, encoded: fresh.length };
}

async function save(
  { folder, source, model, chunks }: IndexRequest,
  files: IndexedFile[],
  passages: readonly Passage[],
  vectors: Vectors,
): Promise<void> {
  const taken = new Set(readdirSync(folder));
  let number = 1;
  while (taken.has(`content-${number}`)) number++;
  const content = `content-${number}`;
  mkdirSync(join(folder, content));
  await writeJsonl(join(folder, content, "passages.jsonl"), passages);
  if (vectors.n > 0) await writeNpy(join(folder, content, "vectors.npy"), vectors);
  syncFolder(join(folder, content));
  const manifest: IndexManifest = { format: INDEX_FORMAT, source: resolve(source), model, chunks, content, files };
  const path = join(folder, "index.json");
  writeFileSync(`${path}.part`, `${JSON.stringify(manifest)}\n`);
  const file = await open(`${path}.part`, "r+");
  await file.sync();
  await file.close();
  renameSync(`${path}.part`, path);
  syncFolder(folder);
  // What an earlier index, or one that was cut off, has left.
  for (const name of taken)
    if (/^content-\d+$/.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
}
