import { eachExample } from "./eachExample.ts";
import type { Example } from "./examplesFrom.ts";

/**
 * All training examples of a data file, as `eachExample` reads them.
 *
 * @param leftOut told of each row of another split than train
 * @throws {InputError} as `eachExample`
 */
export async function readExamples(path: string, leftOut?: () => void): Promise<Example[]> {
  const examples: Example[] = [];
  for await (const example of eachExample(path, leftOut)) examples.push(example);
  return examples;
}
