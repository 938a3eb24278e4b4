import { basename, resolve } from "node:path";
import { ConfigError } from "../base/errors.ts";
import { sha256File } from "../base/hash.ts";
import type { Experiment } from "../config/experiment.ts";
import { usesOwnModel } from "../config/usesOwnModel.ts";
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
 * @throws {ConfigError} two files of one name, one file twice in a list, pairs without a group where mining drops groups
 * @throws {InputError} a file that cannot be read, or a row without a query or a positive
 */
export async function morePairs({ data, model, systems }: Experiment): Promise<MoreFiles> {
  const trained = Object.values(systems).filter((system) => system.kind === "finetune");
  // a fresh model's tokenizer learns from the experiment's own
  const own = model.fresh !== undefined && Object.values(systems).some(usesOwnModel) ? [data] : [];
  const lists = [...own, ...trained.map((system) => system.data)].map(({ more = [] }) => more);
  for (const list of lists)
    if (new Set(list.map((path) => resolve(path))).size < list.length)
      throw new ConfigError("data.more", `${list.join(", ")} name one file twice`, "Name each once.");
  const files = new Map<string, MorePairs>();
  const pathOf = new Map<string, string>();
  for (const path of new Set(lists.flat())) {
    const name = basename(path);
    const other = pathOf.get(name);
    if (other !== undefined && resolve(other) !== resolve(path))
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
  checkGroups(systems, files);
  return files;
}

/** Mining that drops a topic's passages must know every pair's topic: told before anything is trained. */
function checkGroups(systems: Experiment["systems"], files: MoreFiles): void {
  for (const [name, system] of Object.entries(systems)) {
    if (system.kind !== "finetune" || system.negatives !== "mined" || !system.mine.dropGroup) continue;
    for (const path of system.data.more ?? []) {
      const without = files.get(path)!.examples.filter(({ group }) => group === undefined).length;
      if (without === 0) continue;
      const problem = `needs every pair's group, and ${without} pairs of ${path} name none`;
      throw new ConfigError(`systems.${name}.mine.dropGroup`, problem, "Give them a `group`, or leave it off.");
    }
  }
}
