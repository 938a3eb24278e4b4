import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../base/errors.ts";
import { sha256, sha256File } from "../base/hash.ts";
import { type NoiseTable, readNoiseTable } from "./readNoiseTable.ts";

/** All that the noise model knows of Malay. */
export interface NoiseTables {
  shortform: NoiseTable;
  manglish: NoiseTable;
  /** Under `.` and `?`: particles that end a statement, and a question. */
  particle: NoiseTable;
  /** By name, e.g. `kelantan`. */
  dialects: Readonly<Record<string, NoiseTable>>;
  /** Letter -> the letters beside it on the keyboard. */
  keyboard: NoiseTable;
  /** Of the tables' files, in lower-case hex: rows name it, so that they can be made again. */
  sha256: string;
}

/** The tables that come with the package. */
const shipped = fileURLToPath(new URL("../../datasets/malay-noise/", import.meta.url));

/**
 * Reads the tables of the noise model: `shortforms.tsv`, `manglish.tsv`, `particles.tsv`, `keyboard.tsv` and one
 * `dialect-NAME.tsv` for each dialect.
 *
 * @param folder default: the tables that come with the package
 * @throws {InputError} no dialect, a missing table, and what `readNoiseTable` throws
 */
export async function loadNoiseTables(folder: string = shipped): Promise<NoiseTables> {
  const names = await readdir(folder).catch((cause) => {
    throw new InputError(folder, `cannot be read (${(cause as Error).message})`, "Name a folder with noise tables.", {
      cause,
    });
  });
  const files = names.filter((name) => name.endsWith(".tsv")).sort();
  const dialects: Record<string, NoiseTable> = {};
  for (const file of files) {
    const name = /^dialect-(.+)\.tsv$/.exec(file)?.[1];
    if (name !== undefined) dialects[name] = await readNoiseTable(join(folder, file));
  }
  if (Object.keys(dialects).length === 0)
    throw new InputError(folder, "holds no dialect-NAME.tsv", "Name a folder with noise tables.");
  const read = (name: string): Promise<NoiseTable> => readNoiseTable(join(folder, `${name}.tsv`));
  const hashes = await Promise.all(files.map(async (file) => `${file} ${await sha256File(join(folder, file))}\n`));
  return {
    shortform: await read("shortforms"),
    manglish: await read("manglish"),
    particle: await read("particles"),
    dialects,
    keyboard: await read("keyboard"),
    sha256: sha256(hashes.join("")),
  };
}
