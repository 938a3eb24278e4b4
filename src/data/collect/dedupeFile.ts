import { rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { InputError } from "../../base/errors.ts";
import { syncFolder } from "../../base/syncFolder.ts";
import { checkOutput } from "./checkOutput.ts";
import { collectRow, type FieldNames } from "./collectRow.ts";
import { DuplicateIndex, type IndexedRow } from "./duplicateIndex.ts";
import { LineFile } from "./lineFile.ts";
import { isRejected, rejected } from "./looseRow.ts";
import { looseRows } from "./looseRows.ts";
import { scratchFolder } from "./scratchFolder.ts";
import { toText } from "./toText.ts";

/** How `dedupeFile` compares. */
export interface DedupeOptions {
  fields?: FieldNames;
  /** Least Jaccard similarity of near duplicates; `null` looks for exact ones only. Default .8. */
  near?: number | null;
  /** Checked at every row. */
  signal?: AbortSignal;
}

/** What `dedupeFile` did. */
export interface DedupeReport {
  /** Rows that stayed. */
  rows: number;
  exact: number;
  near: number;
  rejected: number;
  output: string;
  /** Memory of the arrays that find duplicates. */
  indexBytes: number;
}

/**
 * Removes duplicate rows from one file, in flat memory. Rows keep all their fields and their order; the first of several
 * stays. Removed rows go to `OUTPUT.duplicates.jsonl`, rows that cannot be read to `OUTPUT.rejected.jsonl`, both whole;
 * these are written only where there are any.
 *
 * @param output a JSONL file, written whole or not at all
 * @throws {InputError} an output of another kind, what `looseRows` throws, no row that can be used; {Error} what the disk or `signal` says
 */
export async function dedupeFile(path: string, output: string, options: DedupeOptions = {}): Promise<DedupeReport> {
  checkOutput(path, output, ["rejected", "duplicates"]);
  return scratchFolder(output, async (folder) => {
    const files: Files = {
      rows: await LineFile.create(join(folder, "rows")),
      duplicates: await LineFile.create(join(folder, "duplicates")),
      rejected: await LineFile.create(join(folder, "rejected")),
    };
    const near = options.near === null ? undefined : (options.near ?? 0.8);
    const index = new DuplicateIndex<ComparedRow>(join(folder, "compared"), near);
    try {
      const counts = await sortRows(path, options, index, files);
      for (const file of Object.values(files)) await file.finish();
      if (files.rows.count === 0) throw new InputError(path, "no row could be used", "Name the fields: --passage.");
      for (const kind of ["rejected", "duplicates"] as const) {
        // those of an earlier call with this output say nothing of it
        await rm(`${output}.${kind}.jsonl`, { force: true });
        if (files[kind].count > 0) await rename(join(folder, kind), `${output}.${kind}.jsonl`);
      }
      await rename(join(folder, "rows"), output);
      syncFolder(dirname(resolve(output)));
      const { rows, rejected } = files;
      return { rows: rows.count, ...counts, rejected: rejected.count, output, indexBytes: index.bytes };
    } finally {
      index.close();
      for (const file of Object.values(files)) await file.abandon();
    }
  });
}

type ComparedRow = IndexedRow & { line: number };
type Files = Record<"rows" | "duplicates" | "rejected", LineFile>;

async function sortRows(
  path: string,
  { fields, signal }: DedupeOptions,
  index: DuplicateIndex<ComparedRow>,
  files: Files,
): Promise<{ exact: number; near: number }> {
  const counts = { exact: 0, near: 0 };
  for await (const loose of looseRows(path)) {
    signal?.throwIfAborted();
    if (isRejected(loose)) {
      await files.rejected.write(loose);
      continue;
    }
    const { line, values } = loose;
    const { rows, problem } = collectRow(values, fields ?? {});
    const text = loose.json ?? toText(values);
    if (problem !== undefined) {
      await files.rejected.write(rejected(line, problem, text));
      continue;
    }
    const passage = rows.map((row) => row.passage).join("\n");
    const look = index.look({ passage, queries: rows[0].queries, line });
    if (look.duplicate === undefined) {
      index.take(look);
      await files.rows.writeText(text);
      continue;
    }
    const { kind, of, similarity } = look.duplicate;
    counts[kind]++;
    const told = JSON.stringify({ line, kind, of: index.row(of).line, similarity });
    await files.duplicates.writeText(`${told.slice(0, -1)},"row":${text}}`);
  }
  return counts;
}
