import { InputError } from "../../base/errors.ts";
import type { PoolDocument } from "./protocol.ts";

/** Distinct texts in the order in which they came, each with the id of its first bearer. */
export class TextPool {
  readonly documents: PoolDocument[] = [];
  private readonly places = new Map<string, number>();
  private readonly keyOf: (text: string) => string;

  /** @param keyOf texts with the same key are one document */
  constructor(keyOf: (text: string) => string = (text) => text) {
    this.keyOf = keyOf;
  }

  /** Adds a text unless it is there. @returns its place */
  add(text: string, id: string): number {
    const key = this.keyOf(text);
    const place = this.places.get(key) ?? this.documents.push({ id, text }) - 1;
    this.places.set(key, place);
    return place;
  }

  /** The place of a text, if it is in the pool. */
  place(text: string): number | undefined {
    return this.places.get(this.keyOf(text));
  }
}

/** @throws {InputError} no rows, or two rows with one id */
export function checkRowIds(who: string, rows: readonly { id: string }[]): void {
  if (rows.length === 0) throw new InputError(who, "the pool is empty", "Give at least one row.");
  const seen = new Set<string>();
  for (const { id } of rows) {
    if (seen.has(id)) throw new InputError(who, `two rows have the id ${JSON.stringify(id)}`, "Give each its own.");
    seen.add(id);
  }
}
