import { join } from "node:path";
import { InputError, ShapeError } from "../../base/errors.ts";
import type { OnProgress } from "../../base/progress.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Encoder } from "../../search/encoder.ts";
import type { MiningPrompts } from "../miningVectors.ts";
import type { DiskPool } from "./diskPool.ts";
import { type EncodeToDiskOptions, encodeToDisk, type TextRows } from "./encodeToDisk.ts";
import { VectorFile } from "./vectorFile.ts";
import type { VectorRows } from "./vectorRows.ts";

/** Vectors in place of a model. */
export interface VectorsOnDisk {
  /** `.npy`, float32 [Q + N, D]: the distinct queries' vectors, then the distinct passages', as `miningTexts` orders them. */
  path: string;
  /** Where they are compared; default: the engine that `openEngine` gives. */
  engine?: Engine;
}

/** The vectors of a pool on disk. */
export interface DiskVectors {
  /** [Q, D] */
  queries: VectorRows;
  /** [N, D] */
  passages: VectorRows;
  close(): void;
}

/** Where and how texts are encoded. */
export interface DiskVectorsOptions extends MiningPrompts, Pick<EncodeToDiskOptions, "signal" | "onWidth"> {
  folder: string;
}

/**
 * The vectors of a pool: those given, or encoded into files of `folder`, where a try that was killed goes on.
 *
 * @throws {ShapeError} not one vector for each text
 * @throws {InputError} prompts for vectors that are already there; what opening a file throws
 */
export async function diskVectors(
  source: Encoder | VectorsOnDisk,
  pool: DiskPool,
  options: DiskVectorsOptions,
): Promise<DiskVectors> {
  return "encode" in source ? encoded(source, pool, options) : given(source.path, pool, options);
}

async function given(
  path: string,
  pool: DiskPool,
  { queryPrompt, passagePrompt }: MiningPrompts,
): Promise<DiskVectors> {
  if (queryPrompt || passagePrompt)
    throw new InputError(
      path,
      "prompts cannot be put before texts that are vectors already",
      "Encode the texts with their prompts, or mine with a model.",
    );
  const file = await VectorFile.open(path);
  const wanted = pool.queries + pool.size;
  if (file.n === wanted)
    return {
      queries: file.slice(0, pool.queries),
      passages: file.slice(pool.queries, pool.size),
      close: () => file.close(),
    };
  file.close();
  throw new ShapeError(
    path,
    `holds ${file.n} vectors, there are ${wanted} distinct texts`,
    "Encode the texts that --list texts writes, in their order.",
  );
}

async function encoded(encoder: Encoder, pool: DiskPool, options: DiskVectorsOptions): Promise<DiskVectors> {
  const { folder, queryPrompt = "", passagePrompt = "", signal, onProgress, onWidth } = options;
  const total = pool.size + pool.queries;
  const after = (before: number): OnProgress | undefined =>
    onProgress && ((state) => onProgress({ ...state, done: before + state.done, total }));
  const rows = (n: number, text: (row: number) => string): TextRows => ({
    n,
    read: (from, count) => Array.from({ length: count }, (_, i) => text(from + i)),
  });
  const [passages, queries] = [join(folder, "passages.npy"), join(folder, "queries.npy")];
  const passageTexts = rows(pool.size, (row) => passagePrompt + pool.passage(row));
  const queryTexts = rows(pool.queries, (row) => queryPrompt + pool.queryText(row));
  await encodeToDisk(encoder, passages, passageTexts, { onProgress: after(0), signal, onWidth });
  await encodeToDisk(encoder, queries, queryTexts, { onProgress: after(pool.size), signal });
  const files = [await VectorFile.open(queries), await VectorFile.open(passages)];
  return {
    queries: files[0],
    passages: files[1],
    close: () => {
      for (const file of files) file.close();
    },
  };
}
