import { rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { InputError } from "../../base/errors.ts";
import { sha256File } from "../../base/hash.ts";
import type { Card, CardField } from "../card.ts";
import type { CollectedSource, CollectionRecord } from "../collection.ts";
import { Collector } from "./collector.ts";
import type { ImportOptions } from "./importOptions.ts";
import { looseRows } from "./looseRows.ts";
import { newFolder } from "./newFolder.ts";
import { settleRows } from "./settleRows.ts";
import { sourceFiles } from "./sourceFiles.ts";
import { splitOfName } from "./splitOfName.ts";
import { writeCard } from "./writeCard.ts";

/** What an import did. */
export interface ImportReport {
  folder: string;
  rows: number;
  groups: number;
  /** Rows set aside in `rejected.jsonl`. */
  rejected: number;
  duplicates: CollectionRecord["duplicates"];
  masked: CollectionRecord["masked"];
  /** Rows that changed their split, since rows that are alike stand on one side. */
  moved: number;
  /** Files of the folders that were not read, by their name. */
  otherFiles: number;
  /** With `splitsFromNames`: files whose name tells no split. */
  unsplitFiles: number;
  /** Memory of the arrays that find duplicates. */
  indexBytes: number;
  card: Card;
}

/**
 * Collects files and folders (JSONL, CSV, Parquet, Arrow, text, HTML) into one checked dataset that `loadDataset` reads:
 * a folder with `card.json`, `rows.jsonl`, and, where there are any, `rejected.jsonl` (rows that could not be used: file,
 * line, reason, text) and `duplicates.jsonl` (rows that were removed: file, line, kind, id of the row that stayed).
 *
 * Personal data are masked, then duplicates removed; rows that are alike or ask the same share a group, which a split
 * keeps on one side. The folder appears whole or not at all. Memory: some 80 bytes a row, see `DuplicateIndex`.
 *
 * @throws {InputError} no file, a folder that exists, no row that can be used; {Error} what the disk or `signal` says
 */
export async function importDataset(paths: readonly string[], options: ImportOptions): Promise<ImportReport> {
  const { files, others } = await sourceFiles(paths);
  const { near, splitsFromNames = false } = options;
  if (splitsFromNames && !files.some((file) => splitOfName(file) !== undefined))
    throw new InputError(
      paths.join(", "),
      "no file's name tells a split",
      "Name one train.jsonl, validation.jsonl or test.jsonl, for example.",
    );
  if (typeof near === "number" && !(near > 0 && near <= 1))
    throw new InputError("importDataset", `near must be above 0 and at most 1, got ${near}`, "Give e.g. 0.8, or null.");
  return newFolder(options.folder, async (folder) => {
    const collector = await Collector.open(folder, options);
    try {
      const sources = await collectFiles(files, collector, options);
      const collection = await collector.finish(sources);
      if (collector.index.rows === 0 && collection.rejected === 0)
        throw new InputError(paths.join(", "), "holds no rows", "Name files with at least one.");
      if (collector.index.rows === 0)
        throw new InputError(
          paths.join(", "),
          `no row could be used; the first: ${collector.firstReason}`,
          "Name the fields with --passage and --query, or mend the files.",
        );
      const settled = await settleRows(folder, collector, options.signal);
      const card = cardOf(options, collector, settled.languageOf);
      Object.assign(card, { rows: collector.index.rows, sha256: settled.sha256 });
      card.collection = { ...collection, ...settled.facts };
      await writeCard(join(folder, "card.json"), card);
      await rm(join(folder, "rows.part"));
      if (collection.rejected === 0) await rm(join(folder, "rejected.jsonl"));
      const { exact, near: alike } = collection.duplicates;
      if (exact + alike === 0) await rm(join(folder, "duplicates.jsonl"));
      return {
        folder: options.folder,
        rows: card.rows,
        groups: settled.facts.groups,
        rejected: collection.rejected,
        duplicates: collection.duplicates,
        masked: collection.masked,
        moved: settled.moved,
        otherFiles: others,
        unsplitFiles: splitsFromNames ? files.filter((file) => splitOfName(file) === undefined).length : 0,
        indexBytes: collector.indexBytes,
        card,
      };
    } finally {
      await collector.close();
    }
  });
}

async function collectFiles(
  files: readonly string[],
  collector: Collector,
  { unit, signal, onProgress }: ImportOptions,
): Promise<CollectedSource[]> {
  const sources: CollectedSource[] = [];
  for (const [i, file] of files.entries()) {
    const source: CollectedSource = { file, sha256: await sha256File(file), rows: 0, rejected: 0 };
    sources.push(source);
    for await (const row of looseRows(file, unit)) {
      signal?.throwIfAborted();
      await collector.add(row, source, `${i + 1}`);
      if ((source.rows + source.rejected) % 1000 === 0)
        onProgress?.({ done: i, total: files.length, note: `${collector.index.rows} rows kept` });
    }
    onProgress?.({ done: i + 1, total: files.length, note: `${collector.index.rows} rows kept` });
  }
  return sources;
}

function cardOf(
  { folder, name = basename(resolve(folder)), licence, source, summary }: ImportOptions,
  { fields, index, splits }: Collector,
  languageOf: (field: string) => string | undefined,
): Card {
  const language = (field: string): Pick<CardField, "language"> => {
    const found = languageOf(field);
    return found === undefined ? {} : { language: found };
  };
  const rest = [...fields].map(([field, { rows, query }]): [string, CardField] => [
    field,
    {
      role: query ? "query" : "label",
      ...(query ? language(field) : {}),
      ...(rows < index.rows ? { optional: true } : {}),
    },
  ]);
  return {
    name,
    summary: summary ?? `${index.rows} rows, collected by \`sulam data import\``,
    licence,
    source,
    file: "rows.jsonl",
    rows: 0,
    sha256: "",
    group: { field: "group" },
    ...(fields.get("domain")?.rows === index.rows ? { domain: "domain" } : {}),
    fields: {
      id: { role: "id" },
      group: { role: "label", about: "rows that are alike, ask the same, or that the source keeps together" },
      ...(splits > 0 ? { split: { role: "label" } } : {}),
      passage: { role: "passage", ...language("passage") },
      ...Object.fromEntries(rest),
    },
    splits: splits > 0 ? { by: "field", field: "split" } : { by: "hash", testShare: 0.2, devShare: 0.1 },
  };
}
