import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import { sha256File } from "../../base/hash.ts";
import type { Card } from "../card.ts";
import type { Row } from "../dataset.ts";
import { findDataset } from "../findDataset.ts";
import { readRows } from "../readRows.ts";
import { rowOf } from "../rowOf.ts";
import { splitOf } from "../splitOf.ts";
import { DuplicateIndex, type IndexedRow } from "./duplicateIndex.ts";
import { IdIndex } from "./idIndex.ts";

/** What is wrong with a dataset, one kind of it. */
export interface DatasetProblem {
  kind: "card" | "sha256" | "rows" | "field" | "id" | "split" | "duplicate" | "leak";
  /** How often. */
  count: number;
  /** The first few, in words, with file and line. */
  examples: string[];
}

/** What a check found. */
export interface CheckReport {
  name: string;
  rows: number;
  /** Empty when the dataset is sound. */
  problems: DatasetProblem[];
  /** Rows whose queries stand already, with a passage that is alike: told, and no problem. */
  nearDuplicates: number;
  /** Memory of the arrays that find duplicates. */
  indexBytes: number;
}

/** How many problems of a kind are told one by one. */
const EXAMPLES = 5;
const SIDES = ["train", "dev", "test"];

type CheckedRow = IndexedRow & { id: string; side: number };

/**
 * Checks a dataset without keeping it in memory: its card, the sha256 and number of its rows, every field, ids, rows that
 * are there twice, and leaks: rows on two sides whose passages are equal or alike, or whose query is the same.
 *
 * @param nameOrPath see `loadDataset`
 * @param near least Jaccard similarity of passages that are alike. Default .8
 * @throws {InputError} no such dataset or no readable card; {Error} what the disk says
 */
export async function checkDataset(nameOrPath: string, near = 0.8): Promise<CheckReport> {
  const { card, cardPath, path } = await findDataset(nameOrPath);
  const problems = new Problems();
  if (cardPath !== undefined) {
    const found = await sha256File(path).catch((cause) => {
      throw new InputError(path, `cannot be read (${cause.message})`, "Mend `file` in the card.", { cause });
    });
    if (found !== card.sha256) problems.add("sha256", `${path}: its sha256 is ${found}, its card says ${card.sha256}`);
  }
  const folder = await mkdtemp(join(tmpdir(), "sulam-check-"));
  const index = new DuplicateIndex<CheckedRow>(join(folder, "rows.part"), near);
  try {
    const ids = new IdIndex(index);
    const counts = await checkRows(path, card, { index, ids, problems });
    if (counts.rows !== card.rows) problems.add("rows", `${path}: ${counts.rows} rows, its card says ${card.rows}`);
    await findLeaks(index, problems);
    const indexBytes = index.bytes + ids.bytes;
    return { name: card.name, rows: counts.rows, problems: problems.list(), nearDuplicates: counts.near, indexBytes };
  } finally {
    index.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Parts {
  index: DuplicateIndex<CheckedRow>;
  ids: IdIndex<CheckedRow>;
  problems: Problems;
}

async function checkRows(path: string, card: Card, { index, ids, problems }: Parts) {
  const queryFields = Object.keys(card.fields).filter((field) => card.fields[field].role === "query");
  const sides = new Map<string, number>();
  let rows = 0;
  let near = 0;
  try {
    for await (const source of readRows(path)) {
      rows++;
      const row = problems.catch("field", () => rowOf(source, card));
      if (row === undefined) continue;
      const side = problems.catch("split", () => sideOf(card, row, sides, source.where));
      if (ids.has(row.id)) problems.add("id", `${source.where}: id ${JSON.stringify(row.id)} stands already`);
      const queries = queryFields.map((field) => row[field]);
      const look = index.look({ id: row.id, passage: row.passage, queries, side: side ?? -1 });
      if (look.duplicate?.kind === "near") near++;
      if (look.duplicate?.kind === "exact")
        problems.add("duplicate", `${source.where}: the same as row \`${index.row(look.duplicate.of).id}\``);
      ids.add(index.take(look), row.id);
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problems.add("field", error.message);
  }
  return { rows, near };
}

/** A row's side; all rows of a group must have one. */
function sideOf(card: Card, row: Row, sides: Map<string, number>, where: string): number {
  const side = SIDES.indexOf(splitOf(card, row));
  // by number or hash, a group is on one side by its name alone
  if (card.splits.by !== "field") return side;
  const before = sides.get(row.group);
  sides.set(row.group, before ?? side);
  if (before === undefined || before === side) return side;
  const problem = `group \`${row.group}\` stands in ${SIDES[before]} and in ${SIDES[side]}`;
  throw new InputError(where, problem, "Put all rows of a group on one side.");
}

async function findLeaks(index: DuplicateIndex<CheckedRow>, problems: Problems): Promise<void> {
  let number = 0;
  for await (const { id, side } of index.all()) {
    const root = index.groupOf(number++);
    if (root === number - 1 || side < 0) continue;
    const first = index.row(root);
    if (first.side === side || first.side < 0) continue;
    const sides = `\`${id}\` (${SIDES[side]}) and \`${first.id}\` (${SIDES[first.side]})`;
    problems.add("leak", `${sides} are alike or ask the same, or each is linked to rows that are`);
  }
}

/** Collects problems by kind. */
class Problems {
  private readonly found = new Map<DatasetProblem["kind"], DatasetProblem>();

  add(kind: DatasetProblem["kind"], example: string): void {
    const problem = this.found.get(kind) ?? { kind, count: 0, examples: [] };
    problem.count++;
    if (problem.examples.length < EXAMPLES) problem.examples.push(example);
    this.found.set(kind, problem);
  }

  catch<T>(kind: DatasetProblem["kind"], work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.add(kind, error.message);
      return undefined;
    }
  }

  list(): DatasetProblem[] {
    return [...this.found.values()];
  }
}
