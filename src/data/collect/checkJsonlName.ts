import { InputError } from "../../base/errors.ts";

/** @throws {InputError} a name that says another kind of file than the JSONL that is written there */
export function checkJsonlName(output: string): void {
  if (/\.(jsonl|ndjson)$/i.test(output)) return;
  throw new InputError(output, "is written as JSONL, which its name does not say", "Name a file that ends in .jsonl.");
}
