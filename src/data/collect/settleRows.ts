import { join } from "node:path";
import type { TextFacts } from "../collection.ts";
import type { Collector, KeptRow } from "./collector.ts";
import { LineFile } from "./lineFile.ts";
import { TextCounter } from "./textCounter.ts";

/** What came of the second pass. */
export interface Settled {
  sha256: string;
  /** Rows that changed their split. */
  moved: number;
  facts: TextFacts;
  /** The language of nearly all texts of a field. */
  languageOf(field: string): string | undefined;
}

/** From the least to the most held out. */
const SIDES = ["train", "dev", "test"];

/**
 * The second pass of an import: writes `rows.jsonl` with each row's final group, named by the group's first row. Where
 * the sources have splits, a group that stands in several goes whole to the most held-out one.
 */
export async function settleRows(folder: string, collector: Collector, signal?: AbortSignal): Promise<Settled> {
  const { index } = collector;
  const sides = collector.splits > 0 ? await sidesOf(collector) : undefined;
  const file = await LineFile.create(join(folder, "rows.jsonl"));
  const counter = new TextCounter();
  let number = 0;
  let moved = 0;
  let groups = 0;
  let name = { root: -1, text: "" };
  try {
    for await (const row of index.all()) {
      signal?.throwIfAborted();
      const root = index.groupOf(number);
      if (root === number) groups++;
      if (name.root !== root) {
        const first = root === number ? row : index.row(root);
        name = { root, text: first.group ?? first.id };
      }
      const split = sides === undefined ? undefined : SIDES[sides[root]];
      if (split !== undefined && split !== (row.split ?? "train")) moved++;
      await file.write(settled(row, name.text, split));
      counter.add("passage", row.passage);
      for (const field of row.asked) counter.add(field, row.fields[field]);
      number++;
    }
    const sha256 = await file.finish();
    const facts = { ...counter.facts(), groups };
    return { sha256, moved, facts, languageOf: (field) => counter.mainLanguage(field) };
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

function settled({ id, asked, fields, passage, neg }: KeptRow, group: string, split: string | undefined) {
  const queries = Object.fromEntries(asked.map((name) => [name, fields[name]]));
  return { id, group, split, ...queries, passage, ...fields, neg };
}

/** The side of each group's first row: the most held-out one of its rows; a row without a split counts as training. */
async function sidesOf({ index }: Collector): Promise<Uint8Array> {
  const sides = new Uint8Array(index.rows);
  let number = 0;
  for await (const { split } of index.all()) {
    const root = index.groupOf(number++);
    sides[root] = Math.max(sides[root], SIDES.indexOf(split ?? "train"));
  }
  return sides;
}
