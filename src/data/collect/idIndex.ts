import type { DuplicateIndex, IndexedRow } from "./duplicateIndex.ts";
import { hashText } from "./hashText.ts";
import { KeyChains } from "./keyChains.ts";

/** Which ids the rows of an index have, in flat memory: an id whose hash is known is compared in the file of rows. */
export class IdIndex<Row extends IndexedRow & { id?: string }> {
  private readonly chains = new KeyChains();
  private readonly rows: DuplicateIndex<Row>;

  /** @param rows holds every row that is added here */
  constructor(rows: DuplicateIndex<Row>) {
    this.rows = rows;
  }

  /** Bytes of its arrays. */
  get bytes(): number {
    return this.chains.bytes;
  }

  /** Whether a row has this id. */
  has(id: string): boolean {
    for (const row of this.chains.rows(hashText(id, 1))) if (this.rows.row(row).id === id) return true;
    return false;
  }

  /** Notes a row's id. */
  add(row: number, id: string): void {
    this.chains.add(row, hashText(id, 1));
  }
}
