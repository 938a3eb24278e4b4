import { join } from "node:path";
import { InputError, ShapeError } from "../../base/errors.ts";
import type { OnProgress } from "../../base/progress.ts";
import type { Engine } from "../../engine/engine.ts";
import { nativeSearch } from "../../engine/nativeSearch.ts";
import { openEngine } from "../../engine/openEngine.ts";
import type { Encoder } from "../../search/encoder.ts";
import { checkThresholds } from "../checkThresholds.ts";
import { mineByThreshold, type ThresholdOptions, type ThresholdRow } from "../mineByThreshold.ts";
import type { SameText } from "../miningPool.ts";
import type { KeptRows } from "../thresholdKeeper.ts";
import type { VectorsOnDisk } from "./diskVectors.ts";
import { type EncodeToDiskOptions, encodeToDisk } from "./encodeToDisk.ts";
import { inParts } from "./inParts.ts";
import { RowsOnDisk } from "./rowsOnDisk.ts";
import type { Shards } from "./shards.ts";
import { TextPool } from "./textPool.ts";
import { thresholdPlan } from "./thresholdPlan.ts";
import { VectorFile } from "./vectorFile.ts";

/** Texts to mine, and where the work is kept until it is done. */
export interface DiskThresholdInput {
  texts: AsyncIterable<string>;
  /** Folder of finished parts, which is made; a try that was killed goes on with those that lie there. */
  parts: string;
  /** What the texts and vectors are, as JSON: other parts are refused. */
  call: unknown;
}

/** Options of `thresholdFromDisk`: those of `mineByThreshold`, and how to work. */
export interface DiskThresholdOptions
  extends Omit<ThresholdOptions, "anchors" | "anchorRows" | "corpusRows" | "onProgress"> {
  /** Which texts count as one. Default `normalized`. */
  sameText?: SameText;
  /** Bytes of memory, beside the program itself and the model. Default 1 GiB. */
  budget?: number;
  /** Told while texts are encoded. */
  onProgress?: OnProgress;
  /** Told after each shard, in texts, with the time left in its note. */
  onMined?: OnProgress;
  signal?: AbortSignal;
}

/** The rows of one kind that an anchor keeps. */
export interface KeptTexts {
  texts: string[];
  /** To the anchor, nearest first. */
  distances: number[];
  /** How many fell on this side of the threshold, kept or not. */
  found: number;
}

/** One text with its positives and negatives. */
export interface ThresholdTexts {
  text: string;
  positives: KeptTexts;
  negatives: KeptTexts;
}

/** What was mined, read from the disk as it is asked for. */
export interface ThresholdOnDisk {
  /** Distinct texts. */
  texts: number;
  /** Shards that an earlier try made. */
  resumed: number;
  /** A row for each distinct text, in order. */
  rows(): Generator<ThresholdTexts>;
}

/**
 * `mineByThreshold` for texts and vectors that do not fit the memory: the same rows for the same vectors, whatever the
 * budget. Each shard of anchors that is done is kept: after kill -9 the same call goes on there.
 *
 * @param source a model, or the vectors [N, D] of the distinct texts in the order in which they come
 * @param use    what is done with the result, whose files are gone afterwards; the parts stay if it throws
 * @throws {InputError} as `mineByThreshold`; parts of another call; a budget that does not hold even a small block
 * @throws {ShapeError} not one vector for each text
 */
export async function thresholdFromDisk<Result>(
  source: Encoder | VectorsOnDisk,
  input: DiskThresholdInput,
  options: DiskThresholdOptions,
  use: (mined: ThresholdOnDisk) => Promise<Result>,
): Promise<Result> {
  const {
    positive,
    negative,
    normalize = true,
    positives,
    negatives,
    sampling,
    seed,
    sameText = "normalized",
  } = options;
  const counts = { positive, negative, normalize, positives, negatives, sampling, seed, sameText };
  return inParts(input.parts, { call: input.call, ...counts }, async (shards, folder) => {
    const pool = new TextPool(join(folder, "texts.jsonl"), sameText);
    try {
      for await (const text of input.texts) pool.add(text);
      if (pool.size === 0) throw new InputError("mineByThreshold", "there are no texts", "Give at least one.");
      checkThresholds(options, pool.size);
      shards.require("texts", pool.digest);
      const kept = (positives ?? Infinity) + (negatives ?? Infinity);
      const sideFor = (d: number) => thresholdPlan({ n: pool.size, d, kept }, options.budget ?? 2 ** 30, pool.bytes);
      // a budget that is too small is told before hours of encoding
      const file = await vectorsOf(source, pool, { ...options, folder: shards.folder, onWidth: sideFor });
      try {
        const side = sideFor(file.d);
        const engine = source.engine ?? (await openEngine());
        const resumed = await fill(engine, { file, side, shards }, { ...options, normalize });
        return await use({ texts: pool.size, resumed, rows: () => rowsOf(pool, shards) });
      } finally {
        file.close();
      }
    } finally {
      pool.close();
    }
  });
}

async function vectorsOf(
  source: Encoder | VectorsOnDisk,
  pool: TextPool,
  { folder, ...how }: EncodeToDiskOptions & { folder: string },
): Promise<VectorFile> {
  const path = "encode" in source ? join(folder, "texts.npy") : source.path;
  const read = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => pool.text(from + i));
  if ("encode" in source) await encodeToDisk(source, path, { n: pool.size, read }, how);
  const file = await VectorFile.open(path);
  if (file.n === pool.size) return file;
  file.close();
  throw new ShapeError(
    path,
    `holds ${file.n} vectors, there are ${pool.size} distinct texts`,
    "Encode the texts that --list texts writes, in their order.",
  );
}

interface Setting {
  file: VectorFile;
  /** Anchors of a shard. */
  side: number;
  shards: Shards;
}

/** Mines the shards that are not there. @returns how many were */
async function fill(
  engine: Engine,
  { file, side, shards }: Setting,
  options: DiskThresholdOptions & { normalize: boolean },
): Promise<number> {
  const { positives = Infinity, negatives = Infinity, signal, onMined, ...limits } = options;
  const onDisk = new RowsOnDisk(file, options.normalize, nativeSearch(engine));
  const block = { ...limits, positives, negatives, onProgress: undefined, anchorRows: side, corpusRows: side };
  const { resumed } = await shards.fill({
    total: file.n,
    rows: side,
    signal,
    onProgress: onMined,
    make: async (from, count, report) => {
      // lets signals and timers run between shards
      await new Promise((resolve) => setImmediate(resolve));
      const mined = mineByThreshold(engine, onDisk, { ...block, anchors: [from, from + count] });
      return linesOf(mined, count, report);
    },
  });
  return resumed;
}

/** Written as they come: what an anchor keeps can be long. */
function* linesOf(mined: Iterable<ThresholdRow>, count: number, report: (share: number) => void): Generator<string> {
  let done = 0;
  for (const row of mined) {
    yield `${JSON.stringify(lineOf(row))}\n`;
    report(++done / count);
  }
}

/** Rows, distances and how many there were, of one kind. */
type KeptLine = [rows: number[], distances: number[], found: number];

function lineOf({ positives, negatives }: ThresholdRow): [KeptLine, KeptLine] {
  const kept = ({ rows, distances, found }: KeptRows): KeptLine => [[...rows], [...distances], found];
  return [kept(positives), kept(negatives)];
}

function* rowsOf(pool: TextPool, shards: Shards): Generator<ThresholdTexts> {
  const textsOf = ([rows, distances, found]: KeptLine): KeptTexts => ({
    texts: rows.map((row) => pool.text(row)),
    distances,
    found,
  });
  let at = 0;
  for (const line of shards.lines()) {
    const [positives, negatives] = JSON.parse(line) as [KeptLine, KeptLine];
    yield { text: pool.text(at++), positives: textsOf(positives), negatives: textsOf(negatives) };
  }
}
