import { eachText } from "./eachText.ts";

/**
 * All texts of a file, as `eachText` reads them.
 *
 * @throws {InputError} as `eachText`
 */
export async function readTexts(path: string, jsonl: boolean): Promise<string[]> {
  const texts: string[] = [];
  for await (const text of eachText(path, jsonl)) texts.push(text);
  return texts;
}
