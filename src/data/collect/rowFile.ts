import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { readJsonl } from "../../base/jsonl.ts";

/** Rows between two noted places: 1 byte a row in place of 8. */
const BLOCK = 8;
const SEGMENT = 1 << 13;
const BUFFER_BYTES = 1 << 20;

/** A JSONL file that grows, and whose rows can be read again by number, in flat memory. */
export class RowFile {
  private readonly path: string;
  private readonly file: number;
  private readonly places: Float64Array[] = [];
  private open: Buffer[] = [];
  private openBytes = 0;
  private flushed = 0;
  private count = 0;

  /** @param path must not exist yet @throws {Error} what `node:fs` throws */
  constructor(path: string) {
    this.path = path;
    this.file = openSync(path, "wx+");
  }

  /** Rows written. */
  get rows(): number {
    return this.count;
  }

  /** Bytes of the array of places. */
  get bytes(): number {
    return this.places.length * SEGMENT * 8;
  }

  /** Bytes that so many rows will take. */
  static bytesFor(rows: number): number {
    return Math.ceil(rows / (SEGMENT * BLOCK)) * SEGMENT * 8;
  }

  /** Adds a row. */
  append(value: unknown): void {
    if (this.count % BLOCK === 0) this.note(this.count / BLOCK, this.flushed + this.openBytes);
    this.count++;
    const line = Buffer.from(`${JSON.stringify(value)}\n`);
    this.open.push(line);
    this.openBytes += line.length;
    if (this.openBytes >= BUFFER_BYTES) this.flush();
  }

  /** A row by its number, from 0, below `rows`. */
  read(row: number): unknown {
    this.flush();
    const block = Math.floor(row / BLOCK);
    const start = this.place(block);
    const end = (block + 1) * BLOCK < this.count ? this.place(block + 1) : this.flushed;
    const bytes = Buffer.allocUnsafe(end - start);
    for (let got = 0; got < bytes.length; ) {
      const read = readSync(this.file, bytes, got, bytes.length - got, start + got);
      if (read === 0) throw new Error(`the file of rows ends before row ${row}`);
      got += read;
    }
    let from = 0;
    for (let skip = row % BLOCK; skip > 0; skip--) from = bytes.indexOf(10, from) + 1;
    return JSON.parse(bytes.toString("utf8", from, bytes.indexOf(10, from)));
  }

  /** All rows, in order. */
  async *all(): AsyncGenerator<unknown> {
    this.flush();
    if (this.count === 0) return;
    for await (const { value } of readJsonl(this.path)) yield value;
  }

  /** Closes the file. */
  close(): void {
    closeSync(this.file);
  }

  private flush(): void {
    const bytes = Buffer.concat(this.open);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at, bytes.length - at, this.flushed + at);
    this.flushed += bytes.length;
    this.open = [];
    this.openBytes = 0;
  }

  private place(block: number): number {
    return this.places[Math.floor(block / SEGMENT)][block % SEGMENT];
  }

  private note(block: number, place: number): void {
    if (block % SEGMENT === 0) this.places.push(new Float64Array(SEGMENT));
    this.places[Math.floor(block / SEGMENT)][block % SEGMENT] = place;
  }
}
