import { rm } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import { Random } from "../../base/random.ts";
import type { Card } from "../card.ts";
import type { SplitName } from "../dataset.ts";
import { findDataset } from "../findDataset.ts";
import { readRows } from "../readRows.ts";
import { rowOf } from "../rowOf.ts";
import { DuplicateIndex, type IndexedRow } from "./duplicateIndex.ts";
import { LineFile } from "./lineFile.ts";
import { newFolder } from "./newFolder.ts";
import { toText } from "./toText.ts";
import { writeCard } from "./writeCard.ts";

/** How `splitDataset` deals. */
export interface SplitOptions {
  /** Shares of the rows, below 1 together; the rest is train. */
  test: number;
  dev: number;
  /** Of the dealing. */
  seed: number;
  /** Least Jaccard similarity of passages that stay on one side. Default .8. */
  near?: number;
  /** Checked at every row. */
  signal?: AbortSignal;
}

/** What `splitDataset` did. */
export interface SplitReport {
  folder: string;
  /** Rows of each side. */
  rows: Record<SplitName, number>;
  groups: number;
  /** Rows of the largest group: a large one makes the shares coarse. */
  largest: number;
  indexBytes: number;
}

/**
 * Deals a dataset's rows to train, dev and test anew, by group and never by row, and writes it with its fields `group`
 * and `split` to a new folder. Groups whose passages are equal or alike, or that ask the same, become one.
 *
 * Groups are shuffled by the seed, then test is filled, then dev; a group that would exceed a side's share by more than
 * it now lacks goes on to the next side.
 *
 * @param nameOrPath see `loadDataset`; the rows are read, not kept
 * @param folder     must not exist yet
 * @throws {InputError} shares that leave nothing for train, a bad row; {Error} what the disk or `signal` says
 */
export async function splitDataset(nameOrPath: string, folder: string, options: SplitOptions): Promise<SplitReport> {
  const { test, dev } = options;
  if (!(test >= 0 && dev >= 0 && test + dev < 1))
    throw new InputError(
      "splitDataset",
      `shares of test and dev must be at least 0 and below 1 together, got ${test} and ${dev}`,
      "Leave something for train.",
    );
  const { card, path } = await findDataset(nameOrPath);
  return newFolder(folder, async (beside) => {
    const index = new DuplicateIndex<SplitRow>(join(beside, "rows.part"), options.near ?? 0.8);
    try {
      await readGroups(path, card, index, options.signal);
      const { sides, groups, largest } = deal(index, options);
      const rows: SplitReport["rows"] = { train: 0, dev: 0, test: 0 };
      const file = await LineFile.create(join(beside, "rows.jsonl"));
      let number = 0;
      for await (const { values } of index.all()) {
        const root = index.groupOf(number++);
        const split = SIDES[sides[root]];
        rows[split]++;
        await file.write({ ...values, group: index.row(root).group, split });
      }
      const sha256 = await file.finish();
      await writeCard(join(beside, "card.json"), splitCard(card, { rows: index.rows, sha256 }));
      await rm(join(beside, "rows.part"));
      return { folder, rows, groups, largest, indexBytes: index.bytes };
    } finally {
      index.close();
    }
  });
}

type SplitRow = IndexedRow & { values: Record<string, unknown> };

const SIDES: SplitName[] = ["train", "dev", "test"];

async function readGroups(path: string, card: Card, index: DuplicateIndex<SplitRow>, signal?: AbortSignal) {
  const queryFields = Object.keys(card.fields).filter((field) => card.fields[field].role === "query");
  for await (const source of readRows(path)) {
    signal?.throwIfAborted();
    const { passage, group, ...row } = rowOf(source, card);
    const queries = queryFields.map((field) => row[field]);
    index.take(index.look({ passage, queries, group, values: JSON.parse(toText(source.values)) }));
  }
}

/** The side of each group's first row. */
function deal(index: DuplicateIndex<SplitRow>, { test, dev, seed }: SplitOptions) {
  const sizes = new Uint32Array(index.rows);
  for (let row = 0; row < index.rows; row++) sizes[index.groupOf(row)]++;
  const groups = sizes.reduce((count, size) => count + (size > 0 ? 1 : 0), 0);
  const roots = new Uint32Array(groups);
  let at = 0;
  let largest = 0;
  for (const [root, size] of sizes.entries()) {
    if (size > 0) roots[at++] = root;
    largest = Math.max(largest, size);
  }
  const random = new Random(seed);
  for (let i = groups - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [roots[i], roots[j]] = [roots[j], roots[i]];
  }
  const sides = new Uint8Array(index.rows);
  const lacks = [0, Math.round(dev * index.rows), Math.round(test * index.rows)];
  for (const root of roots) {
    // what a side would have too much must not be more than what it lacks without the group
    const side = [2, 1].find((place) => lacks[place] > 0 && sizes[root] <= 2 * lacks[place]) ?? 0;
    sides[root] = side;
    lacks[side] -= sizes[root];
  }
  return { sides, groups, largest };
}

function splitCard(card: Card, { rows, sha256 }: { rows: number; sha256: string }): Card {
  return {
    ...card,
    file: "rows.jsonl",
    rows,
    sha256,
    group: { field: "group" },
    fields: {
      ...card.fields,
      group: { role: "label", about: "rows that are alike, ask the same, or that the source keeps together" },
      split: { role: "label" },
    },
    splits: { by: "field", field: "split" },
  };
}
