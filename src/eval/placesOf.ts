import { InputError } from "../base/errors.ts";

/**
 * Where each document stands in the pool.
 *
 * @param who the function that complains
 * @throws {InputError} an empty pool, or two documents with one id
 */
export function placesOf(who: string, pool: readonly { id: string }[]): Map<string, number> {
  if (pool.length === 0) throw new InputError(who, "the pool is empty", "Give at least one text.");
  const places = new Map<string, number>();
  for (const [place, { id }] of pool.entries()) {
    if (places.has(id))
      throw new InputError(who, `two texts of the pool have the id ${JSON.stringify(id)}`, "Give each its own.");
    places.set(id, place);
  }
  return places;
}
