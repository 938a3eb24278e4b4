import type { OnProgress } from "../base/progress.ts";
import type { Cell, Table } from "../base/table.ts";
import { type ChunkForm, chunkForm } from "../config/chunkForm.ts";
import type { Experiment, RagSettings } from "../config/experiment.ts";
import type { Dataset } from "../data/dataset.ts";
import { datasetDocuments } from "../eval/rag/datasetDocuments.ts";
import { evaluateRag } from "../eval/rag/evaluateRag.ts";
import type { System } from "../eval/system.ts";
import type { Encoder } from "../search/encoder.ts";
import { ragLine } from "./ragLine.ts";

/** What is measured on long documents. */
export interface RagTableInput {
  experiment: Experiment;
  /** `experiment.evaluate.rag` */
  settings: RagSettings;
  dataset: Dataset;
  /** Ready systems by name. Hybrids are left out: their BM25 stands over other passages. */
  systems: Readonly<Record<string, System>>;
  onProgress?: OnProgress;
}

/**
 * Long documents of all passages of a dataset, searched with the questions of the measured split: `evaluateRag` for each
 * system and query field. The experiment's seed orders the passages, so all lines search the same documents.
 *
 * Columns: system, field, chunks (as the experiment spells them), questions, passages, answerable, then the measures.
 *
 * @throws {InputError} a field without a question; what `evaluateRag` throws
 */
export async function ragTable(input: RagTableInput): Promise<Table> {
  const { experiment, settings, dataset, systems, onProgress } = input;
  const { split, fields, intervals } = experiment.evaluate;
  const asked = new Set(dataset.split()[split].rows.map(({ id }) => id));
  const { perDocument, chunks, k } = settings;
  const forms = chunks.map((text) => chunkForm(text) as ChunkForm);
  const table: Table = { columns: [], rows: [] };
  for (const [name, system] of Object.entries(experiment.systems)) {
    if (system.kind === "hybrid") continue;
    const isLexical = system.kind === "bm25";
    const bm25 = isLexical ? { k1: system.k1, b: system.b } : undefined;
    for (const field of fields) {
      const set = datasetDocuments(dataset, { field, asked, perDocument, seed: experiment.seed });
      const searched = isLexical ? "bm25" : (systems[name] as Encoder);
      const found = await evaluateRag(searched, set, { chunks: forms, k, bm25, ...intervals, onProgress });
      table.columns = ["system", "field", "chunks", "questions", ...found.columns.slice(1)];
      const head = (i: number): Cell[] => [name, field, chunks[i], set.questions.length];
      table.rows.push(...found.rows.map((row, i) => [...head(i), ...row.slice(1)]));
    }
  }
  return table;
}

/** Each measure of each line as a metric, e.g. `zero-shot/query rag paragraphs 128/answerHitAt1`. */
export function ragFigures({ columns, rows }: Table): Record<string, number> {
  const measures = columns.flatMap((name, j) => (/At\d+$/.test(name) ? [{ name, j }] : []));
  return Object.fromEntries(
    rows.flatMap((row) => measures.map(({ name, j }) => [`${ragLine(row)}/${name}`, row[j] as number])),
  );
}
