import { resolve } from "node:path";
import { InputError } from "../../base/errors.ts";

/**
 * Checks where rows go, and the files beside them, `OUTPUT.KIND.jsonl`, which replace those of an earlier call.
 *
 * @throws {InputError} a name that says another kind of file than JSONL, or an input that would be replaced
 */
export function checkOutput(input: string, output: string, kinds: readonly string[]): void {
  if (!/\.(jsonl|ndjson)$/i.test(output))
    throw new InputError(
      output,
      "is written as JSONL, which its name does not say",
      "Name a file that ends in .jsonl.",
    );
  const replaced = [output, ...kinds.map((kind) => `${output}.${kind}.jsonl`)];
  if (replaced.some((path) => resolve(path) === resolve(input)))
    throw new InputError(output, `would replace ${input}, which is read`, "Name another output.");
}
