import { InputError } from "../base/errors.ts";
import { readLines } from "../base/lines.ts";

/** What may stand in place of a form. */
export interface NoiseTable {
  /** Words and phrases (words with one space between them), in the table's own case -> variants. */
  words: ReadonlyMap<string, readonly string[]>;
  /** Ends of words, longest first: `-an` -> `-e` makes `make` of `makan`. */
  endings: readonly { ending: string; variants: readonly string[] }[];
}

/**
 * Reads a table of noise: tab-separated columns `form`, `variants` (with commas between them) and `note`, below that
 * header; lines that begin with `# ` are comments. A form that begins with `-` is the end of a word, as are its
 * variants.
 *
 * @throws {InputError} with file and line: a wrong header, a form that stands twice or without a variant, a variant that
 *                      is its form, an ending beside a word
 */
export async function readNoiseTable(path: string): Promise<NoiseTable> {
  const words = new Map<string, string[]>();
  let header = false;
  for await (const { number, text } of readLines(path)) {
    if (text === "" || text.startsWith("# ")) continue;
    const where = `${path}:${number}`;
    if (!header) {
      if (text !== "form\tvariants\tnote")
        throw new InputError(where, `the header must be form, variants, note, got ${JSON.stringify(text)}`, todo);
      header = true;
      continue;
    }
    const [form, list = ""] = text.split("\t");
    const variants = list.split(", ").filter((variant) => variant !== "");
    check(where, form, variants);
    if (words.has(form)) throw new InputError(where, `\`${form}\` stands twice`, "Put its variants on one line.");
    words.set(form, variants);
  }
  if (words.size === 0) throw new InputError(path, "has no forms", todo);
  const isEnding = ([form]: [string, string[]]): boolean => form.length > 1 && form.startsWith("-");
  const bare = (ending: string): string => ending.slice(1);
  const endings = [...words].filter(isEnding).map(([form, variants]) => ({
    ending: bare(form),
    variants: variants.map(bare),
  }));
  return {
    words: new Map([...words].filter((entry) => !isEnding(entry))),
    endings: endings.sort((a, b) => b.ending.length - a.ending.length),
  };
}

const todo = "See datasets/malay-noise/README.md for the form of a table.";

function check(where: string, form: string, variants: readonly string[]): void {
  if (form.trim() !== form || form === "" || variants.length === 0)
    throw new InputError(where, `a line must hold a form and its variants, got ${JSON.stringify(form)}`, todo);
  if (variants.includes(form)) throw new InputError(where, `\`${form}\` is a variant of itself`, "Remove it.");
  if (form.startsWith("-") && variants.some((variant) => !variant.startsWith("-")))
    throw new InputError(where, `\`${form}\` is an ending, so its variants must begin with - too`, todo);
}
