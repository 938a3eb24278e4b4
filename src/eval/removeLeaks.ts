import { rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { InputError } from "../base/errors.ts";
import { syncFolder } from "../base/syncFolder.ts";
import { checkOutput } from "../data/collect/checkOutput.ts";
import { LineFile } from "../data/collect/lineFile.ts";
import { isRejected, type LooseRow, type ReadRow, type RejectedRow, rejected } from "../data/collect/looseRow.ts";
import { looseRows } from "../data/collect/looseRows.ts";
import { scratchFolder } from "../data/collect/scratchFolder.ts";
import { toText } from "../data/collect/toText.ts";
import { isTraining } from "../data/isTraining.ts";
import type { SourceRow } from "../data/sourceRow.ts";
import { otherTextFields, TRAINING_FIELDS, trainingTexts } from "../data/trainingTexts.ts";
import { LEAK_KINDS, LeakIndex, type LeakKind } from "./leakIndex.ts";

/** A training text that holds a test text. */
export interface FoundLeak {
  /** Of the training row. */
  line: number;
  kind: LeakKind;
  /** Of the test text's characters. */
  share: number;
  test: string;
  training: string;
}

/** What `removeLeaks` did. */
export interface RemovedLeaks {
  /** Training rows that were looked at. */
  rows: number;
  /** Of these, how many hold a test text. */
  leaking: number;
  /** Rows of other splits, which do not train. */
  otherSplits: number;
  /** Distinct test texts, and how many of them stand in training, by their plainest kind. */
  texts: number;
  seen: Record<LeakKind, number>;
  /** Rows that could not be read, or hold no text. */
  rejected: number;
  /** Fields that hold texts and were not looked at. */
  otherFields: string[];
  /** The first few, in the order of the rows. */
  examples: FoundLeak[];
}

/** What to look at, and where it goes. */
export interface RemoveLeaksOptions {
  /** Fields that hold texts, beside those that `trainingTexts` knows. */
  fields?: readonly string[];
  /** Whether a row trains. Default: it names no `split`, or train. */
  trains?: (row: SourceRow) => boolean;
  /** A `.jsonl` file for the rows that hold no test text, as they are. Default: nothing is written. */
  output?: string;
  /** Checked at every row. */
  signal?: AbortSignal;
}

const EXAMPLES = 5;

/**
 * Looks for test texts in the rows of a training file, in memory that depends on the test texts alone. With an output,
 * rows without any stay, in their order and with all their fields, and so do rows that do not train; each leak goes to
 * `OUTPUT.leaks.jsonl`, and each row that cannot be read to `OUTPUT.rejected.jsonl`. All are written whole or not at all,
 * the last two only when needed.
 *
 * @param test queries, and the texts that answer them
 * @throws {InputError} an output of another kind or that is the input, no test text, no row with a text, or none that
 *                      stays; what `looseRows` throws
 */
export async function removeLeaks(
  path: string,
  test: readonly string[],
  options: RemoveLeaksOptions = {},
): Promise<RemovedLeaks> {
  const texts = [...new Set(test)];
  if (texts.length === 0) throw new InputError("removeLeaks", "there is no test text", "Name a test set with texts.");
  const { output } = options;
  if (output === undefined) return sift(path, texts, options);
  checkOutput(path, output, ["leaks", "rejected"]);
  return scratchFolder(output, async (folder) => {
    const create = (name: string): Promise<LineFile> => LineFile.create(join(folder, name));
    const files = { rows: await create("rows"), leaks: await create("leaks"), rejected: await create("rejected") };
    try {
      const found = await sift(path, texts, options, files);
      for (const file of Object.values(files)) await file.finish();
      if (files.rows.count === 0) throw new InputError(path, "every row holds a test text", "Name another test set.");
      for (const kind of ["leaks", "rejected"] as const) {
        // those of an earlier call with this output say nothing of it
        await rm(`${output}.${kind}.jsonl`, { force: true });
        if (files[kind].count > 0) await rename(join(folder, kind), `${output}.${kind}.jsonl`);
      }
      await rename(join(folder, "rows"), output);
      syncFolder(dirname(resolve(output)));
      return found;
    } finally {
      for (const file of Object.values(files)) await file.abandon();
    }
  });
}

async function sift(
  path: string,
  texts: readonly string[],
  { fields = [], trains = isTraining, signal }: RemoveLeaksOptions,
  files?: Record<"rows" | "leaks" | "rejected", LineFile>,
): Promise<RemovedLeaks> {
  const index = new LeakIndex(texts);
  const plainest = new Map<number, LeakKind>();
  const others = new Set<string>();
  const found = { rows: 0, leaking: 0, otherSplits: 0, rejected: 0, examples: [] as FoundLeak[] };
  for await (const loose of looseRows(path)) {
    signal?.throwIfAborted();
    const row = judged(loose, { path, fields, trains });
    if (isRejected(row)) {
      found.rejected++;
      await files?.rejected.write(row);
      continue;
    }
    const { line, json, own } = row;
    if (own === undefined) found.otherSplits++;
    else found.rows++;
    for (const field of own === undefined ? [] : otherTextFields(row.values, fields)) others.add(field);
    const leaks = (own ?? []).flatMap((training) => index.look(training).map((seen) => ({ ...seen, training })));
    if (leaks.length === 0) await files?.rows.writeText(json);
    else found.leaking++;
    for (const { kind, share, test, training } of leaks) {
      const before = plainest.get(test);
      if (before === undefined || LEAK_KINDS.indexOf(kind) < LEAK_KINDS.indexOf(before)) plainest.set(test, kind);
      const leak: FoundLeak = { line, kind, share, test: texts[test], training };
      if (found.examples.length < EXAMPLES) found.examples.push(leak);
      await files?.leaks.write(leak);
    }
  }
  if (found.rows + found.otherSplits + found.rejected === 0)
    throw new InputError(path, "holds no rows", "Name a file with at least one.");
  if (found.rows + found.rejected === 0)
    throw new InputError(path, `none of its ${found.otherSplits} rows has the split train`, "Name rows that train.");
  if (found.rows === 0)
    throw new InputError(path, `no row that trains has ${aText(fields)}`, "Name its fields: --fields.");
  const seen = { exact: 0, normalised: 0, window: 0 };
  for (const kind of plainest.values()) seen[kind]++;
  return { ...found, texts: texts.length, seen, otherFields: [...others].sort() };
}

/** A row's texts; undefined where it does not train. */
interface JudgedRow extends ReadRow {
  json: string;
  own: string[] | undefined;
}

function judged(
  loose: LooseRow,
  { path, fields, trains }: { path: string; fields: readonly string[]; trains: (row: SourceRow) => boolean },
): JudgedRow | RejectedRow {
  if (isRejected(loose)) return loose;
  const { line, values } = loose;
  const json = loose.json ?? toText(values);
  try {
    if (!trains({ where: `${path}:${line}`, values })) return { line, values, json, own: undefined };
  } catch (error) {
    if (error instanceof InputError) return rejected(line, error.message, json);
    throw error;
  }
  const own = trainingTexts(values, fields);
  return own.length > 0 ? { line, values, json, own } : rejected(line, `a row must have ${aText(fields)}`, json);
}

function aText(fields: readonly string[]): string {
  return `a text in ${[...TRAINING_FIELDS, ...fields].join(", ")}`;
}
