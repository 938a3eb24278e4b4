import { InputError } from "../base/errors.ts";
import type { Example } from "../data/examplesFrom.ts";

/**
 * That an example can be mined for.
 *
 * @param i its number, from 0
 * @throws {InputError} no query, no positive, or no group when `dropGroup` is on
 */
export function checkExample({ query, pos, group }: Example, i: number, dropGroup: boolean): void {
  if (typeof query !== "string" || !Array.isArray(pos) || pos.length === 0)
    throw new InputError("mineHardNegatives", `example ${i} must have a query and at least one positive`, "Mend it.");
  if (dropGroup && group === undefined)
    throw new InputError(
      "mineHardNegatives",
      `dropGroup needs each example's group, example ${i} has none`,
      "Give examples a `group`, or turn dropGroup off.",
    );
}
