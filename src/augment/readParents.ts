import { stat } from "node:fs/promises";
import { InputError } from "../base/errors.ts";
import { sha256File } from "../base/hash.ts";
import type { SplitName } from "../data/dataset.ts";
import { exampleFields } from "../data/exampleFields.ts";
import { textField } from "../data/fields.ts";
import { loadDataset } from "../data/loadDataset.ts";
import { readRows } from "../data/readRows.ts";
import { type SourceRow, shown } from "../data/sourceRow.ts";
import { UniqueIds } from "../data/uniqueIds.ts";
import type { Parent } from "./syntheticRow.ts";

/** Where parents come from. */
export interface ParentSource {
  /** Which parents: `parents`, the sha256 of the rows' file in lower-case hex, and the choice of them. */
  settings: Readonly<Record<string, unknown>>;
  /** Of a dataset, how many; of a file, unknown until it is read. */
  count?: number;
  /** Rows of a file in other splits, as far as it was read. */
  leftOut: () => number;
  parents: () => AsyncIterable<Parent>;
}

/** Which rows. */
export interface ParentChoice {
  /** Query fields of a dataset. Default: all of the card. */
  fields?: readonly string[];
  /** A row that names none counts as train. Default: train. */
  splits?: readonly SplitName[];
}

/**
 * The rows that variants are made of: those of a file of pairs, streamed, as `exampleFields` reads them, with `id`,
 * `group`, `split` and `domain` where it has them; or, of a dataset (a file whose first row has a `passage` is one), one
 * for each row and query field (`ROW:FIELD`), with its group, its domain, and the split that the card puts it on.
 *
 * @param nameOrPath a data file of pairs; or what `loadDataset` takes
 * @throws {InputError} fields asked of a file of pairs, and what reading throws
 */
export async function readParents(nameOrPath: string, choice: ParentChoice = {}): Promise<ParentSource> {
  const isFile = (await stat(nameOrPath).catch(() => undefined))?.isFile() === true && !nameOrPath.endsWith(".json");
  const splits = [...new Set(choice.splits ?? (["train"] as const))];
  if (isFile && !(await holdsPassages(nameOrPath))) {
    if (choice.fields !== undefined)
      throw new InputError(nameOrPath, "fields are those of a dataset, this is a file of pairs", "Drop them.");
    return filePairs(nameOrPath, splits);
  }
  const dataset = await loadDataset(nameOrPath);
  const { fields = dataset.queryFields } = choice;
  const unknown = fields.find((field) => !dataset.queryFields.includes(field));
  if (unknown !== undefined)
    throw new InputError(
      dataset.name,
      `has no query field \`${unknown}\``,
      `It has ${dataset.queryFields.join(", ")}.`,
    );
  const parts = dataset.split();
  const domainField = dataset.card.domain;
  const all = splits.flatMap((split) =>
    parts[split].rows.flatMap((row) =>
      fields
        .filter((field) => row[field] !== "")
        .map((field): Parent => {
          const { id, group, passage } = row;
          const domain = domainField === undefined ? {} : { domain: row[domainField] };
          return { id: `${id}:${field}`, group, split, ...domain, query: row[field], pos: [passage], neg: [] };
        }),
    ),
  );
  if (all.length === 0) throw new InputError(dataset.name, `has no rows in ${splits.join(", ")}`, "Name other splits.");
  const parents = async function* (): AsyncGenerator<Parent> {
    yield* all;
  };
  const settings = { parents: dataset.card.sha256, fields, splits };
  return { settings, count: all.length, leftOut: () => 0, parents };
}

async function holdsPassages(path: string): Promise<boolean> {
  for await (const { values } of readRows(path)) return "passage" in values;
  return false;
}

async function filePairs(path: string, splits: readonly SplitName[]): Promise<ParentSource> {
  let leftOut = 0;
  const parents = async function* (): AsyncGenerator<Parent> {
    leftOut = 0;
    let kept = 0;
    for await (const parent of pairs(path)) {
      if (!splits.includes(parent.split ?? "train")) {
        leftOut++;
        continue;
      }
      kept++;
      yield parent;
    }
    if (kept === 0 && leftOut > 0)
      throw new InputError(path, `none of its ${leftOut} rows is in ${splits.join(", ")}`, "Name other splits.");
  };
  return { settings: { parents: await sha256File(path), splits }, leftOut: () => leftOut, parents };
}

async function* pairs(path: string): AsyncGenerator<Parent> {
  const ids = new UniqueIds();
  let number = 0;
  for await (const row of readRows(path)) {
    number++;
    const id = textField(row, "id", "allow") || `row-${number}`;
    ids.add(id, row.where);
    const texts = exampleFields(row);
    const group = textField(row, "group", "allow") || id;
    yield { id, group, ...splitOf(row), ...texts };
  }
}

function splitOf(row: SourceRow): { split?: SplitName } {
  const split = textField(row, "split", "allow");
  if (split === "train" || split === "dev" || split === "test") return { split };
  if (split === "") return {};
  throw new InputError(row.where, `\`split\` must be train, dev or test, got ${shown(split)}`, "Mend the line.");
}
