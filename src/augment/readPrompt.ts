import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";

/** What a chat model is asked for each text. */
export interface Prompt {
  /** The file's name without its ending. */
  name: string;
  /** Of the answer's JSON object: a variant each. */
  keys: string[];
  system: string;
  /** Holds `{text}` where the text goes. */
  user: string;
  /** Of the file, in lower-case hex. */
  sha256: string;
}

/** Prompts that come with the package. */
const shipped = fileURLToPath(new URL("../../datasets/prompts/", import.meta.url));
const todo = "See datasets/prompts/left-en-ms.txt for a whole one.";

/**
 * Reads a prompt: a line `keys: en, ms`, a line `---`, the system message, a line `---`, and the user's message with
 * `{text}` in it.
 *
 * @param nameOrPath a file, or the name of one that comes with the package, e.g. `left-en-ms`
 * @throws {InputError} what is missing
 */
export async function readPrompt(nameOrPath: string): Promise<Prompt> {
  const path = /^[\w-]+$/.test(nameOrPath) ? `${shipped}${nameOrPath}.txt` : nameOrPath;
  const text = await readFile(path, "utf8").catch((cause) => {
    throw new InputError(nameOrPath, "no prompt is called so", todo, { cause });
  });
  const [head, system, user, ...more] = text.replace(/\r\n/g, "\n").split(/^---\n/m);
  const list =
    /^keys: (.+)$/
      .exec(head.trim())?.[1]
      .split(",")
      .map((key) => key.trim()) ?? [];
  if (user === undefined || more.length > 0 || !user.includes("{text}"))
    throw new InputError(path, "a prompt must have three parts with --- between them, {text} in the last", todo);
  if (list.length === 0 || list.some((key) => !/^\w+$/.test(key)) || new Set(list).size < list.length)
    throw new InputError(
      path,
      `its first line must be e.g. \`keys: en, ms\`, got ${JSON.stringify(head.trim())}`,
      todo,
    );
  const name = basename(path).replace(/\.[^.]*$/, "");
  return { name, keys: list, system: system.trim(), user: user.trim(), sha256: sha256(text) };
}
