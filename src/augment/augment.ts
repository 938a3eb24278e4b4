import { rm } from "node:fs/promises";
import { InputError } from "../base/errors.ts";
import { writeJsonl } from "../base/jsonl.ts";
import type { OnProgress } from "../base/progress.ts";
import { inParallel } from "../remote/inParallel.ts";
import { PartFile } from "./partFile.ts";
import type { ParentSource } from "./readParents.ts";
import type { Generator, Parent, SyntheticRow } from "./syntheticRow.ts";

/** Where rows go, and who hears of it. */
export interface AugmentOptions {
  /** A JSONL file; `OUTPUT.part` holds the work until it is done, `OUTPUT.failed` the parents that failed. */
  output: string;
  onProgress?: OnProgress;
}

/** What came of it. */
export interface AugmentReport {
  parents: number;
  rows: number;
  /** Parents with a reason in `OUTPUT.failed`. */
  failed: number;
  /** Parents that neither failed nor gave a row: no variant differs from them. */
  unchanged: number;
  /** Parents that an earlier, interrupted call had done. */
  resumed: number;
  /** Rows of a file of pairs in other splits than were asked for. */
  leftOut: number;
}

/**
 * Makes variants of all parents and writes them as JSONL, in the parents' order. Killed at any moment, the same call
 * goes on after the last parent that was done: no row is lost and none comes twice. The output appears whole or not at
 * all. Nothing of it depends on how many are at work at once.
 *
 * @throws {InputError} work was begun there with other settings or other parents; and what the generator throws: what
 *                      was done until then is kept
 */
export async function augment(
  source: ParentSource,
  generator: Generator,
  { output, onProgress }: AugmentOptions,
): Promise<AugmentReport> {
  const settings = { ...source.settings, ...generator.settings };
  const part = await PartFile.open(`${output}.part`, settings);
  let parents = part.done;
  const report = (): void => onProgress?.({ done: parents, total: source.count ?? parents });
  try {
    for await (const batch of batches(after(source, part.done), 4 * generator.concurrency)) {
      // what stands before a failure is kept, in order
      const made = batch.map(() => undefined as Awaited<ReturnType<Generator["make"]>> | undefined);
      const work = inParallel(batch, generator.concurrency, async (parent, i) => {
        made[i] = await generator.make(parent);
      });
      const failure = await work.then(() => undefined, wrap);
      for (const [i, one] of made.entries()) {
        if (one === undefined) break;
        await part.add({ parent: batch[i].id, ...one });
        parents++;
      }
      if (failure !== undefined) throw failure.error;
      report();
    }
  } finally {
    await part.close();
    // nothing is done that another choice of parents could not go on from
    if (parents === 0) await rm(part.path);
  }
  if (parents === 0) throw new InputError(output, "there are no parents", "Name a file with at least one row.");
  return { ...(await finish(part, output)), parents, resumed: part.done, leftOut: source.leftOut() };
}

function wrap(error: unknown): { error: unknown } {
  return { error };
}

/** The parents after the first `done`. */
async function* after({ parents }: ParentSource, done: number): AsyncGenerator<Parent> {
  let at = 0;
  for await (const parent of parents()) if (at++ >= done) yield parent;
}

async function* batches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Puts rows and failures into their files. */
async function finish(part: PartFile, output: string): Promise<Pick<AugmentReport, "rows" | "failed" | "unchanged">> {
  let unchanged = 0;
  const rows = async function* (): AsyncGenerator<SyntheticRow> {
    for await (const { rows, failure } of part.lines()) {
      if (rows.length === 0 && failure === undefined) unchanged++;
      yield* rows;
    }
  };
  const failures = async function* (): AsyncGenerator<object> {
    for await (const { parent, failure } of part.lines()) if (failure !== undefined) yield { parent, ...failure };
  };
  const failed = await writeJsonl(`${output}.failed`, failures());
  if (failed === 0) await rm(`${output}.failed`);
  const written = await writeJsonl(output, rows());
  await rm(part.path);
  return { rows: written, failed, unchanged };
}
