import { InputError } from "../base/errors.ts";

/**
 * Every id that a tokenizer gives must have a row in the embedding table. (The table may have more rows.)
 *
 * @param who  the model's folder, for the error
 * @param ids  V of the tokenizer
 * @param rows V of the model
 * @throws {InputError} when the tokenizer has more ids
 */
export function checkVocabulary(who: string, ids: number, rows: number): void {
  if (ids <= rows) return;
  const problem = `the tokenizer has ${ids} ids, the model has ${rows} embeddings`;
  throw new InputError(who, problem, "Take the tokenizer that belongs to the model.");
}
