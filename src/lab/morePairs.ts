import { basename } from "node:path";
import { ConfigError } from "../base/errors.ts";
import { sha256File } from "../base/hash.ts";
import type { Experiment } from "../config/experiment.ts";
import type { Example } from "../data/examplesFrom.ts";
import { readExamples } from "../data/readExamples.ts";

/** The pairs of one file that `data.more` names. */
export interface MorePairs {
  /** Of the file, without its folder: a run knows its data by their names. */
  name: string;
  sha256: string;
  examples: Example[];
  /** Rows of another split than train. */
  leftOut: number;
}

/** Path, as the experiment spells it -> its pairs. */
export type MoreFiles = ReadonlyMap<string, MorePairs>;

/**
 * Reads the files that an experiment or one of its systems names in `data.more`, each once.
 *
 * @throws {ConfigError} two files of one name
 * @throws {InputError} a file that cannot be read, or a row without a query or a positive
 */
export async function morePairs({ data, systems }: Experiment): Promise<MoreFiles> {
  const trained = Object.values(systems).filter((system) => system.kind === "finetune");
  const paths = new Set([data, ...trained.map((system) => system.data)].flatMap(({ more = [] }) => more));
  const files = new Map<string, MorePairs>();
  const pathOf = new Map<string, string>();
  for (const path of paths) {
    const name = basename(path);
    const other = pathOf.get(name);
    if (other !== undefined)
      throw new ConfigError(
        "data.more",
        `${other} and ${path} have one name, by which a run knows them`,
        "Rename one.",
      );
    pathOf.set(name, path);
    let leftOut = 0;
    const examples = await readExamples(path, () => leftOut++);
    files.set(path, { name, sha256: await sha256File(path), examples, leftOut });
  }
  return files;
}
