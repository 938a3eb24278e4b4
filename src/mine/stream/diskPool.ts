import { createHash, type Hash } from "node:crypto";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import { hashText } from "../../data/collect/hashText.ts";
import { KeyChains } from "../../data/collect/keyChains.ts";
import { RowFile } from "../../data/collect/rowFile.ts";
import type { Example } from "../../data/examplesFrom.ts";
import { checkExample } from "../checkExample.ts";
import type { MiningPassage, MiningQuery, SameText } from "../miningPool.ts";
import { NumberLists } from "./numberLists.ts";
import { TextPool } from "./textPool.ts";

/** What a pool on disk is made from. */
export interface DiskPoolSource {
  examples: AsyncIterable<Example>;
  passages?: AsyncIterable<Omit<MiningPassage, "id">>;
  /** Default `normalized`. */
  sameText?: SameText;
  /** Passages of a query's groups are found, too. Default false. */
  dropGroup?: boolean;
}

/** An example, the number of its query, and the places of its positives in the pool. */
export interface DiskExample {
  example: Example;
  query: number;
  places: number[];
}

/**
 * The pool of `miningPool`, the same queries and passages in the same order, with its texts in files: memory holds
 * hashes and numbers, some 12 bytes a passage and 32 an example, twice that with groups. What a hash proposes is read and compared.
 */
export class DiskPool {
  private readonly passages: TextPool;
  private readonly groups: TextPool;
  private readonly rows: RowFile;
  private readonly byQuery = new KeyChains();
  /** Of a query its examples, of a group its passages. */
  private readonly asked = new NumberLists();
  private readonly members = new NumberLists();
  private readonly dropGroup: boolean;
  private readonly hash: Hash = createHash("sha256");
  private queryCount = 0;

  private constructor(folder: string, { sameText = "normalized", dropGroup = false }: DiskPoolSource) {
    this.dropGroup = dropGroup;
    this.passages = new TextPool(join(folder, "passages.jsonl"), sameText);
    this.groups = new TextPool(join(folder, "groups.jsonl"), "exact");
    this.rows = new RowFile(join(folder, "examples.jsonl"));
  }

  /**
   * Reads the texts, passages before examples.
   *
   * @param folder empty; the caller removes it
   * @throws {InputError} as `miningPool`; {Error} what reading or the disk throws
   */
  static async make(folder: string, source: DiskPoolSource): Promise<DiskPool> {
    const pool = new DiskPool(folder, source);
    try {
      for await (const { text, group } of source.passages ?? []) pool.addPassage(text, group);
      for await (const example of source.examples) pool.addExample(example);
      if (pool.examples === 0) throw new InputError("mineHardNegatives", "there are no examples", "Give at least one.");
      return pool;
    } catch (error) {
      pool.close();
      throw error;
    }
  }

  /** How many distinct queries, distinct passages, and examples there are. */
  get queries(): number {
    return this.queryCount;
  }

  get size(): number {
    return this.passages.size;
  }

  get examples(): number {
    return this.rows.rows;
  }

  /** Bytes of its arrays. */
  get bytes(): number {
    const parts = [this.passages, this.groups, this.rows, this.byQuery, this.asked, this.members];
    return parts.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** sha256 of its texts and of who asks for which, in order. */
  get digest(): string {
    return `${this.passages.digest} ${this.hash.copy().digest("hex")}`;
  }

  /** The passage at a place. */
  passage(place: number): string {
    return this.passages.text(place);
  }

  /** The examples of a query. */
  *askedBy(query: number): Generator<DiskExample> {
    for (const row of this.asked.of(query)) yield this.rows.read(row) as DiskExample;
  }

  /** How many examples ask a query. */
  askedTimes(query: number): number {
    return [...this.asked.of(query)].length;
  }

  /** The text of a query. */
  queryText(query: number): string {
    for (const { example } of this.askedBy(query)) return example.query;
    throw new RangeError(`there is no query ${query}`);
  }

  /** A query, with what answers it and what must not become a negative. */
  query(number: number): MiningQuery {
    const query: MiningQuery = {
      text: this.queryText(number),
      examples: [...this.asked.of(number)],
      positives: new Set(),
      positiveTexts: [],
      pairs: 0,
      siblings: new Set(),
    };
    const groups = new Set<string>();
    for (const { example, places } of this.askedBy(number)) {
      query.pairs += places.length;
      if (example.group !== undefined) groups.add(example.group);
      for (const [i, place] of places.entries()) {
        if (!query.positives.has(place)) query.positiveTexts.push(example.pos[i]);
        query.positives.add(place);
      }
    }
    if (!this.dropGroup) return query;
    for (const group of groups)
      for (const place of this.members.of(this.groups.add(group)))
        if (!query.positives.has(place)) query.siblings.add(place);
    return query;
  }

  /** All examples, in their order. */
  all(): AsyncGenerator<DiskExample> {
    return this.rows.all() as AsyncGenerator<DiskExample>;
  }

  /** Closes the files. */
  close(): void {
    for (const file of [this.passages, this.groups, this.rows]) file.close();
  }

  private addPassage(text: string, group: string | undefined): number {
    const place = this.passages.add(text);
    if (this.dropGroup && group !== undefined) this.members.add(this.groups.add(group), place);
    return place;
  }

  private addExample(example: Example): void {
    checkExample(example, this.examples, this.dropGroup);
    const query = this.numberOf(example.query);
    const places = example.pos.map((text) => this.addPassage(text, example.group));
    this.asked.add(query, this.examples);
    const row: DiskExample = { example, query, places };
    this.rows.append(row);
    this.hash.update(JSON.stringify(row));
  }

  private numberOf(query: string): number {
    const hash = hashText(query);
    for (const number of this.byQuery.rows(hash)) if (this.queryText(number) === query) return number;
    this.byQuery.add(this.queryCount, hash);
    return this.queryCount++;
  }
}
