import { join } from "node:path";
import type { CollectedSource, CollectionRecord } from "../collection.ts";
import type { CollectedRow } from "./collectedRow.ts";
import { collectRow } from "./collectRow.ts";
import { DuplicateIndex } from "./duplicateIndex.ts";
import { IdIndex } from "./idIndex.ts";
import type { ImportOptions } from "./importOptions.ts";
import { LineFile } from "./lineFile.ts";
import { isRejected, type LooseRow } from "./looseRow.ts";
import { maskPersonalData } from "./maskPersonalData.ts";
import { splitOfName } from "./splitOfName.ts";
import { toText } from "./toText.ts";

/** A dataset has at most so many label and query fields: more are data in the place of names. */
const MOST_FIELDS = 100;

/** A row that was kept, as it lies in the index's file. */
export type KeptRow = CollectedRow & { id: string };

/**
 * The first pass of an import: masks each row, sets aside what cannot be used, drops duplicates into a file of their
 * own, and keeps the rest.
 */
export class Collector {
  readonly index: DuplicateIndex<KeptRow>;
  readonly masked = { email: 0, identityCard: 0, phone: 0 };
  readonly leftOut: Record<string, number> = {};
  /** Query or label field -> how many rows have it, and whether it is a query. */
  readonly fields: Map<string, { rows: number; query: boolean }> = new Map();
  /** Rows with a split. */
  splits = 0;
  /** The first reason for which a row was set aside. */
  firstReason: string | undefined;
  private readonly ids: IdIndex<KeptRow>;
  private readonly options: ImportOptions;
  private readonly rejected: LineFile;
  private readonly duplicates: LineFile;
  private readonly counts = { exact: 0, near: 0 };

  private constructor(options: ImportOptions, index: DuplicateIndex<KeptRow>, files: [LineFile, LineFile]) {
    this.options = options;
    this.index = index;
    this.ids = new IdIndex(index);
    [this.rejected, this.duplicates] = files;
  }

  /** @param folder where `rows.part`, `rejected.jsonl` and `duplicates.jsonl` are written */
  static async open(folder: string, options: ImportOptions): Promise<Collector> {
    const near = options.near === null ? undefined : (options.near ?? 0.8);
    const index = new DuplicateIndex<KeptRow>(join(folder, "rows.part"), near);
    const files = ["rejected.jsonl", "duplicates.jsonl"].map((name) => LineFile.create(join(folder, name)));
    return new Collector(options, index, (await Promise.all(files)) as [LineFile, LineFile]);
  }

  /** Bytes of the arrays that find duplicates. */
  get indexBytes(): number {
    return this.index.bytes + this.ids.bytes;
  }

  /** Takes what a reader found in a file. @param prefix begins the ids of rows that have none */
  async add(loose: LooseRow, source: CollectedSource, prefix: string): Promise<void> {
    if (isRejected(loose)) return this.reject(source, loose.line, loose.reason, loose.text);
    const { line, values } = loose;
    const { rows, left, problem = lostDigits(values) } = collectRow(values, this.options.fields ?? {});
    if (problem !== undefined) return this.reject(source, line, problem, loose.json ?? toText(values));
    source.rows++;
    for (const name of left) this.countLeft(name);
    const split = this.options.splitsFromNames ? splitOfName(source.file) : undefined;
    let first: number | undefined;
    let neg: string[] | undefined;
    for (const [i, row] of rows.entries()) {
      const own = this.options.newIds ? undefined : row.id;
      const id = own ?? (i === 0 ? `${prefix}-${line}` : `${prefix}-${line}-${i + 1}`);
      neg = row.neg ?? neg;
      const kept = await this.keep({ ...this.mask(row), split: row.split ?? split, neg: undefined, id }, neg, {
        source,
        line,
      });
      if (kept === undefined) continue;
      neg = undefined;
      if (first === undefined) first = kept;
      else this.index.join(first, kept);
    }
  }

  /** Closes the two files. @returns what a card says of the collection */
  async finish(sources: CollectedSource[]): Promise<CollectionRecord> {
    await this.rejected.finish();
    await this.duplicates.finish();
    const { near = 0.8, mask = true } = this.options;
    return {
      sources,
      rejected: this.rejected.count,
      duplicates: { ...this.counts, threshold: near, unchecked: this.index.bounded },
      masked: mask ? this.masked : null,
      leftOut: this.leftOut,
    };
  }

  /** Closes all files as they are. */
  async close(): Promise<void> {
    this.index.close();
    await this.rejected.abandon();
    await this.duplicates.abandon();
  }

  private async keep(row: KeptRow, neg: string[] | undefined, place: Place): Promise<number | undefined> {
    const { source, line } = place;
    const look = this.index.look(row);
    if (look.duplicate !== undefined) {
      const { kind, of, similarity } = look.duplicate;
      this.counts[kind]++;
      const where = { file: source.file, line, kind, of: this.index.row(of).id, similarity: rounded(similarity) };
      await this.duplicates.write({ ...where, row: { ...row.fields, passage: row.passage, neg } });
      return undefined;
    }
    if (this.ids.has(row.id)) {
      const reason = `the id ${JSON.stringify(row.id)} stands already; --new-ids gives each row its own`;
      await this.reject(source, line, reason, toText({ id: row.id, ...row.fields, passage: row.passage, neg }));
      return undefined;
    }
    for (const name of Object.keys(row.fields)) {
      const field = this.fields.get(name) ?? { rows: 0, query: row.asked.includes(name) };
      if (field.rows === 0 && this.fields.size === MOST_FIELDS) {
        const reason = `the field \`${name}\` is one more than the ${MOST_FIELDS} a dataset may have`;
        await this.reject(source, line, reason, toText({ id: row.id, ...row.fields, passage: row.passage, neg }));
        return undefined;
      }
      field.rows++;
      this.fields.set(name, field);
    }
    if (row.split !== undefined) this.splits++;
    if (neg !== undefined) look.row = { ...row, neg: neg.map((text) => this.maskText(text)) };
    const number = this.index.take(look);
    this.ids.add(number, row.id);
    return number;
  }

  private mask(row: CollectedRow): CollectedRow {
    const fields = Object.fromEntries(Object.entries(row.fields).map(([name, text]) => [name, this.maskText(text)]));
    return {
      ...row,
      fields,
      queries: row.asked.map((name) => fields[name]),
      passage: this.maskText(row.passage),
    };
  }

  private maskText(text: string): string {
    return this.options.mask === false ? text : maskPersonalData(text, this.masked);
  }

  private async reject(source: CollectedSource, line: number, reason: string, text: string): Promise<void> {
    source.rejected++;
    this.firstReason ??= `${source.file}:${line}: ${reason}`;
    const shown = this.options.mask === false ? text : maskPersonalData(text, { email: 0, identityCard: 0, phone: 0 });
    await this.rejected.write({ file: source.file, line, reason, text: shown });
  }

  private countLeft(name: string): void {
    const known = name in this.leftOut || Object.keys(this.leftOut).length < MOST_FIELDS;
    const counted = known ? name : "(others)";
    this.leftOut[counted] = (this.leftOut[counted] ?? 0) + 1;
  }
}

interface Place {
  source: CollectedSource;
  line: number;
}

function rounded(similarity: number): number {
  return Math.round(similarity * 1e4) / 1e4;
}

/** A whole number that JSON has read with other digits, as those of long ids: told in words. */
function lostDigits(values: Readonly<Record<string, unknown>>): string | undefined {
  const isLost = (value: unknown): boolean => Number.isInteger(value) && !Number.isSafeInteger(value);
  const lost = Object.entries(values).find(([, value]) => isLost(value));
  if (lost === undefined) return undefined;
  return `field \`${lost[0]}\` holds a number of more digits than are kept exactly, about ${lost[1]}: write it as a text`;
}
