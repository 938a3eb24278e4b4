import { InputError } from "../base/errors.ts";

/**
 * Checks the items of a task at the door.
 *
 * @param kind  what an item is, e.g. `pair`
 * @param texts the texts of an item, none of which may be empty
 * @throws {InputError} no items, or one with a text that is missing or empty (which)
 */
export function needItems<T>(
  who: string,
  kind: string,
  items: readonly T[],
  texts: (item: T) => readonly string[],
): void {
  if (items.length === 0) throw new InputError(who, `there are no ${kind}s`, "Give at least one.");
  for (const [i, item] of items.entries())
    for (const text of texts(item))
      if (typeof text !== "string" || text.trim() === "")
        throw new InputError(who, `${kind} ${i} has an empty text`, "Mend it or leave it out.");
}
