import { BANDS, bandKeys } from "./bandKeys.ts";
import { hashText, joinHashes } from "./hashText.ts";
import { KeyChains } from "./keyChains.ts";
import { RowFile } from "./rowFile.ts";
import { RowGroups } from "./rowGroups.ts";
import { comparableWords, jaccard, shingleHashes, shingles } from "./shingles.ts";

/** A row as the index compares it. Whatever else a row holds is kept, and read back by `row`. */
export interface IndexedRow {
  passage: string;
  /** The row's queries, in a fixed order; [] for a bare text. */
  queries: string[];
  /** The group that the source named, if it did. */
  group?: string;
}

/** That a row is a duplicate of an earlier one. */
export interface Duplicate {
  kind: "exact" | "near";
  /** The earlier row's number. */
  of: number;
  /** Jaccard similarity of the passages. */
  similarity: number;
}

/** What the index found of a row: give it to `take` to keep the row. */
export interface Look<Row> {
  row: Row;
  /** Undefined: it is new. */
  duplicate?: Duplicate;
  /** Keys of the passage, of its bands, and of the queries. */
  keys: { passage: number; bands?: Uint32Array; queries: number };
  /** The first row of the cluster that the passage is equal or alike to. */
  alike?: { row: number; similarity: number };
}

/** A row reads and compares at most so many others: texts of one template would cost the square of their number. */
const MOST_READ = 64;

/**
 * Finds exact and near duplicates in a stream of rows, and which of the rest belong together, in flat memory: rows lie
 * in a file, typed arrays hold hashes of them. Whatever a hash proposes is read from the file and compared, so that a
 * collision costs one more read and never a row.
 *
 * Two rows are duplicates when their queries are equal (as `comparableWords`) and their passages are, or are alike:
 * Jaccard similarity of their word shingles at least `near`. The first one stays. Rows belong together, and take one
 * group, when their passages are equal or alike, a query of theirs is equal, or the source named the same group.
 *
 * A passage is compared with the first of each cluster of equal or alike ones, as a stream must.
 */
export class DuplicateIndex<Row extends IndexedRow> {
  private readonly near: number | undefined;
  private readonly file: RowFile;
  private readonly groups = new RowGroups();
  private readonly passages = new KeyChains();
  private readonly bands = Array.from({ length: BANDS }, () => new KeyChains());
  private readonly pairs = new KeyChains();
  private readonly queries = new KeyChains();
  private readonly names = new KeyChains();
  private skipped = 0;

  /**
   * @param path a file for the rows, which must not exist yet
   * @param near least Jaccard similarity of near-duplicate passages, 1: only equal words; undefined: only equal letters
   */
  constructor(path: string, near?: number) {
    this.file = new RowFile(path);
    this.near = near;
  }

  /** Rows kept. */
  get rows(): number {
    return this.file.rows;
  }

  /** Rows for which more than 64 others were proposed, so that a near duplicate may have been missed. */
  get bounded(): number {
    return this.skipped;
  }

  /** Bytes of all its arrays. */
  get bytes(): number {
    const chains = [this.passages, ...this.bands, this.pairs, this.queries, this.names];
    return [...chains, this.groups, this.file].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Bytes that its arrays take at most when it keeps so many rows. */
  static bytesFor(rows: number): number {
    return KeyChains.bytesFor(rows) * (BANDS + 4) + RowGroups.bytesFor(rows) + RowFile.bytesFor(rows);
  }

  /** Compares a row with those that were taken. */
  look(row: Row): Look<Row> {
    const words = comparableWords(row.passage);
    const keys = {
      passage: hashText(words.join(" ")),
      bands: this.near === undefined || this.near >= 1 ? undefined : bandKeys(shingleHashes(words)),
      queries: queryKey(row.queries),
    };
    const look: Look<Row> = { row, keys };
    look.alike = this.findAlike(look, words);
    look.duplicate = this.findDuplicate(look);
    return look;
  }

  /** Keeps a row, duplicate or not. No other row may have been taken since the look. @returns its number */
  take({ row, keys, alike }: Look<Row>): number {
    const at = this.groups.add();
    this.file.append(row);
    if (alike === undefined) {
      this.passages.add(at, keys.passage);
      for (const [band, key] of keys.bands?.entries() ?? []) this.bands[band].add(at, key);
    } else this.groups.join(at, alike.row);
    this.pairs.add(at, joinHashes(keys.queries, alike?.row ?? at));
    this.joinByQuery(row, at);
    this.joinByName(row, at);
    return at;
  }

  /** A kept row, by its number. */
  row(number: number): Row {
    return this.file.read(number) as Row;
  }

  /** Makes the groups of two kept rows one. */
  join(a: number, b: number): void {
    this.groups.join(a, b);
  }

  /** The first row of a kept row's group. */
  groupOf(row: number): number {
    return this.groups.find(row);
  }

  /** All kept rows, in order. Rows must not be taken meanwhile. */
  all(): AsyncGenerator<Row> {
    return this.file.all() as AsyncGenerator<Row>;
  }

  /** Closes the file of the rows. */
  close(): void {
    this.file.close();
  }

  private findAlike({ row, keys }: Look<Row>, words: string[]): Look<Row>["alike"] {
    const text = words.join(" ");
    for (const other of this.passages.rows(keys.passage)) {
      const { passage } = this.row(other);
      const equal = this.near === undefined ? passage === row.passage : comparableWords(passage).join(" ") === text;
      if (equal) return { row: other, similarity: 1 };
    }
    if (keys.bands === undefined || this.near === undefined) return undefined;
    const own = shingles(words);
    const seen = new Set<number>();
    for (const [band, key] of keys.bands.entries())
      for (const other of this.bands[band].rows(key)) {
        if (seen.has(other)) continue;
        if (seen.size === MOST_READ) {
          this.skipped++;
          return undefined;
        }
        seen.add(other);
        const similarity = jaccard(own, shingles(comparableWords(this.row(other).passage)));
        if (similarity >= this.near) return { row: other, similarity };
      }
    return undefined;
  }

  /** Rows of one cluster and one set of queries share a key; a handful at most, since the second one is a duplicate. */
  private findDuplicate({ row, keys, alike }: Look<Row>): Duplicate | undefined {
    if (alike === undefined) return undefined;
    let near: Duplicate | undefined;
    for (const other of this.pairs.rows(joinHashes(keys.queries, alike.row))) {
      const before = this.row(other);
      if (this.groups.find(other) !== this.groups.find(alike.row)) continue;
      if (comparable(before.queries) !== comparable(row.queries)) continue;
      const equal = before.passage === row.passage && before.queries.join("\n") === row.queries.join("\n");
      if (equal) return { kind: "exact", of: other, similarity: 1 };
      if (this.near !== undefined) near ??= { kind: "near", of: other, similarity: alike.similarity };
    }
    return near;
  }

  private joinByQuery({ queries }: Row, at: number): void {
    const first = queries.find((query) => query !== "");
    if (first === undefined) return;
    const text = comparableWords(first).join(" ");
    const key = hashText(text);
    for (const other of this.queries.rows(key)) {
      const theirs = this.row(other).queries.find((query) => query !== "") ?? "";
      if (comparableWords(theirs).join(" ") !== text) continue;
      this.groups.join(at, other);
      return;
    }
    this.queries.add(at, key);
  }

  private joinByName({ group }: Row, at: number): void {
    if (group === undefined) return;
    const key = hashText(group);
    for (const other of this.names.rows(key)) {
      if (this.row(other).group !== group) continue;
      this.groups.join(at, other);
      return;
    }
    this.names.add(at, key);
  }
}

function comparable(queries: readonly string[]): string {
  return queries.map((query) => (query === "" ? "" : comparableWords(query).join(" "))).join("\n");
}

function queryKey(queries: readonly string[]): number {
  return queries.length === 0 ? 0 : hashText(comparable(queries));
}
