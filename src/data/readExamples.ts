import { eachExample } from "./eachExample.ts";
import type { Example } from "./examplesFrom.ts";

/**
 * All training examples of a data file, as `eachExample` reads them.
 *
 * @throws {InputError} as `eachExample`
 */
export async function readExamples(path: string): Promise<Example[]> {
  const examples: Example[] = [];
  for await (const example of eachExample(path)) examples.push(example);
  return examples;
}
