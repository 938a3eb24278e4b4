import { shown } from "../sourceRow.ts";
import type { CollectedRow } from "./collectedRow.ts";

/** Which fields of a source are what. What is not named is told by the usual names. */
export interface FieldNames {
  /** Default: the first there is of passage, text, context, content, body, document, positive. */
  passage?: string;
  /** Default: query, question and title, those there are. */
  queries?: readonly string[];
  /** Default: id. */
  id?: string;
  /** Default: group, else topic. */
  group?: string;
}

const PASSAGES = ["passage", "text", "context", "content", "body", "document", "positive"];
const QUERIES = ["query", "question", "title"];
const SPLITS: Readonly<Record<string, string>> = {
  train: "train",
  dev: "dev",
  validation: "dev",
  valid: "dev",
  test: "test",
};
/** Names that a dataset's rows use themselves. */
const OWN = ["id", "group", "passage", "neg", "split"];

/** What came of one row of a source: rows of the dataset, fields that hold no text, or why it cannot be used. */
export interface Collected {
  rows: CollectedRow[];
  /** Fields that are lists or objects and stay behind. */
  left: string[];
  problem?: string;
}

/**
 * Turns a source's row into rows of a dataset: `{query, pos: [], neg: []}` gives one for each positive, the negatives
 * with the first; any other row with a passage gives one. Texts are trimmed; numbers and truth values become texts.
 */
export function collectRow(values: Record<string, unknown>, names: FieldNames): Collected {
  try {
    return "pos" in values && names.passage === undefined ? fromTriplet(values, names) : fromPassage(values, names);
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return { rows: [], left: [], problem: error.message };
  }
}

/** A row that is set aside. */
class Unusable extends Error {}

function fromTriplet(values: Record<string, unknown>, names: FieldNames): Collected {
  const pos = texts(values, "pos");
  const neg = texts(values, "neg").filter((text) => !pos.includes(text));
  if (pos.length === 0) throw new Unusable("field `pos` must hold at least one text, got none");
  const { row, left } = rest(values, names, ["pos", "neg"]);
  if (row.queries.length === 0) throw new Unusable("a row with `pos` must have a query, got none");
  const rows = [...new Set(pos)].map((passage, i) => ({
    ...row,
    id: row.id === undefined || i === 0 ? row.id : `${row.id}-${i + 1}`,
    passage,
    ...(i === 0 && neg.length > 0 ? { neg: [...new Set(neg)] } : {}),
  }));
  return { rows, left };
}

function fromPassage(values: Record<string, unknown>, names: FieldNames): Collected {
  const field = names.passage ?? PASSAGES.find((name) => values[name] !== undefined && values[name] !== null);
  if (field === undefined) {
    const problem = `a row must have a passage (${PASSAGES.join(", ")}), it has ${Object.keys(values).join(", ")}`;
    throw new Unusable(problem);
  }
  const passage = values[field];
  if (typeof passage !== "string" || passage.trim() === "")
    throw new Unusable(`field \`${field}\` must be a non-empty text, got ${shown(passage)}`);
  const negatives = field === "positive" ? ["neg", "negative"].find((name) => values[name] !== undefined) : undefined;
  const neg = negatives === undefined ? [] : texts(values, negatives).filter((text) => text !== passage.trim());
  const { row, left } = rest(values, names, [field, ...(negatives === undefined ? [] : [negatives])]);
  return { rows: [{ ...row, passage: passage.trim(), ...(neg.length > 0 ? { neg } : {}) }], left };
}

/** All of a row but its passages. */
function rest(values: Record<string, unknown>, names: FieldNames, taken: readonly string[]) {
  const idField = names.id ?? "id";
  const groupField = names.group ?? ["group", "topic"].find((name) => plain(values[name]));
  const queryFields = names.queries ?? QUERIES;
  const row: CollectedRow = { passage: "", queries: [], fields: {}, asked: [] };
  const left: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (taken.includes(name) || value === null || value === undefined) continue;
    const text = plain(value);
    if (queryFields.includes(name) && text === undefined)
      throw new Unusable(`field \`${name}\` must be a text, got ${shown(value)}`);
    if (text === undefined) left.push(name);
    if (text === undefined || text === "") continue;
    if (name === idField) row.id = text;
    else if (name === groupField) row.group = text;
    else if (name === "split") row.split = splitOf(text);
    // a name that the dataset's rows use for something else
    else row.fields[OWN.includes(name) ? `${name}Field` : name] = text;
  }
  row.asked = queryFields.filter((name) => row.fields[name] !== undefined);
  row.queries = row.asked.map((name) => row.fields[name]);
  return { row, left };
}

function splitOf(text: string): string {
  const split = SPLITS[text.toLowerCase()];
  if (split === undefined) throw new Unusable(`field \`split\` must be train, dev or test, got ${shown(text)}`);
  return split;
}

function plain(value: unknown): string | undefined {
  if (typeof value === "string") return value.trim();
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  return undefined;
}

function texts(values: Record<string, unknown>, field: string): string[] {
  const value = values[field] ?? [];
  const list = typeof value === "string" ? [value] : value;
  if (!Array.isArray(list) || list.some((text) => typeof text !== "string"))
    throw new Unusable(`field \`${field}\` must be a list of texts, got ${shown(value)}`);
  return list.map((text: string) => text.trim()).filter((text) => text !== "");
}
