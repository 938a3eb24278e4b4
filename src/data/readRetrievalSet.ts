import { access } from "node:fs/promises";
import { basename, join } from "node:path";
import { InputError } from "../base/errors.ts";
import { textField } from "./fields.ts";
import { readRows } from "./readRows.ts";
import { type SourceRow, shown } from "./sourceRow.ts";
import { UniqueIds } from "./uniqueIds.ts";

/** Queries, a corpus, and which document answers which query. */
export interface RetrievalSet {
  name: string;
  corpus: { id: string; text: string }[];
  queries: { id: string; text: string; group?: string }[];
  /** Query id -> document id -> grade. A grade of 0 is judged and not relevant; unjudged documents are not relevant. */
  qrels: Map<string, Map<string, number>>;
}

/**
 * Reads a retrieval set: a folder with `corpus`, `queries` and `qrels`, each `.jsonl` or `.jsonl.gz`. Rows are
 * `{id, text}`, `{id, text, group?}` and `{query_id, doc_id, relevance}`.
 *
 * @throws {InputError} a missing or empty file, a bad row (with file, line, field and value), a duplicate id, a qrel
 *                      for a query or document that is not there, a query without a relevant document
 */
export async function readRetrievalSet(dir: string): Promise<RetrievalSet> {
  const documents = new UniqueIds();
  const corpus: RetrievalSet["corpus"] = [];
  for await (const row of readRows(await fileOf(dir, "corpus"))) {
    const id = idOf(row);
    documents.add(id, row.where);
    corpus.push({ id, text: textField(row, "text") });
  }
  const asked = new UniqueIds();
  const queries: RetrievalSet["queries"] = [];
  for await (const row of readRows(await fileOf(dir, "queries"))) {
    const id = idOf(row);
    asked.add(id, row.where);
    const group = textField(row, "group", "allow");
    queries.push({ id, text: textField(row, "text"), ...(group === "" ? {} : { group }) });
  }
  const qrels = await readQrels(await fileOf(dir, "qrels"), asked, documents);
  for (const { id } of queries) {
    if (![...(qrels.get(id)?.values() ?? [])].some((grade) => grade > 0))
      throw new InputError(dir, `query \`${id}\` has no relevant document`, "Add its qrel, or remove the query.");
  }
  return { name: basename(dir), corpus, queries, qrels };
}

function idOf(row: SourceRow): string {
  if (row.values.id === undefined && row.values._id !== undefined)
    throw new InputError(
      row.where,
      "the id stands in `_id`, as BEIR writes it, and must stand in `id`",
      "Rename the fields: id and text; in qrels query_id, doc_id and relevance.",
    );
  return textField(row, "id");
}

async function readQrels(path: string, queries: UniqueIds, documents: UniqueIds): Promise<RetrievalSet["qrels"]> {
  const qrels: RetrievalSet["qrels"] = new Map();
  for await (const row of readRows(path)) {
    const query = textField(row, "query_id");
    const document = textField(row, "doc_id");
    const grade = row.values.relevance;
    if (typeof grade !== "number" || !Number.isFinite(grade) || grade < 0)
      throw new InputError(
        row.where,
        `field \`relevance\` must be a number of at least 0, got ${shown(grade)}`,
        "Mend or remove the line.",
      );
    if (!queries.has(query)) throw missing(row.where, "query_id", query, "queries");
    if (!documents.has(document)) throw missing(row.where, "doc_id", document, "the corpus");
    const grades = qrels.get(query) ?? new Map<string, number>();
    if (grades.has(document))
      throw new InputError(row.where, `\`${query}\` and \`${document}\` are judged twice`, "Remove one of the lines.");
    qrels.set(query, grades.set(document, grade));
  }
  return qrels;
}

function missing(where: string, field: string, id: string, place: string): InputError {
  return new InputError(
    where,
    `field \`${field}\` names \`${id}\`, which is not in ${place}`,
    "Mend or remove the line.",
  );
}

async function fileOf(dir: string, name: string): Promise<string> {
  for (const file of [`${name}.jsonl`, `${name}.jsonl.gz`]) {
    const path = join(dir, file);
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  throw new InputError(
    dir,
    `has no ${name}.jsonl or ${name}.jsonl.gz`,
    "Name a folder with corpus, queries and qrels.",
  );
}
