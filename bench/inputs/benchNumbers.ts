import { parseArgs } from "node:util";
import { InputError } from "../../src/base/errors.ts";

/**
 * Whole numbers above 0 from the command line, e.g. `npm run -s bench -- search --rows 10000`; others keep their default.
 *
 * @throws {InputError} when one is no such number
 */
export function benchNumbers<Name extends string>(defaults: Record<Name, number>): Record<Name, number> {
  const names = Object.keys(defaults) as Name[];
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  const { values } = parseArgs({ args: process.argv.slice(2), options, strict: false, allowPositionals: true });
  const read = (name: Name): number => {
    const given = (values as Partial<Record<Name, unknown>>)[name];
    if (given === undefined) return defaults[name];
    const number = Number(given);
    if (Number.isSafeInteger(number) && number > 0) return number;
    throw new InputError(`--${name}`, `must be a whole number above 0, got ${given}`, "Give one.");
  };
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, number>;
}
