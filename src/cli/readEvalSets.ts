import { basename } from "node:path";
import { InputError } from "../base/errors.ts";
import { askedAndAnswering } from "../data/askedAndAnswering.ts";
import type { RetrievalSet } from "../data/readRetrievalSet.ts";
import type { Measured } from "../eval/measured.ts";
import type { RetrievalOptions } from "../eval/scoreRetrieval.ts";
import type { TaskName } from "../eval/taskNames.ts";
import type { Encoder } from "../search/encoder.ts";

/** What a model can be measured on. */
export interface EvalSet {
  name: string;
  /** What the model must not have been trained on. */
  texts: string[];
  /** Of a retrieval set: how many passages are searched. */
  passages?: number;
  /** @throws {InputError} BM25 where vectors are compared */
  measure(system: Encoder | "bm25", options: RetrievalOptions): Promise<Measured>;
}

/**
 * What `--data` names: a task's file; else the retrieval set that a folder is, or the sets in its folders. All are read
 * before the first is measured.
 *
 * @returns `isOne` is false for a folder of sets, also when it holds only one
 * @throws {InputError} what reading them throws
 */
export async function readEvalSets(
  task: TaskName | "retrieval",
  data: string,
): Promise<{ sets: EvalSet[]; isOne: boolean }> {
  if (task !== "retrieval") return { sets: [await taskSet(task, data)], isOne: true };
  const [{ readRetrievalSet }, { retrievalSetDirs }] = await Promise.all([
    import("../data/readRetrievalSet.ts"),
    import("../data/retrievalSetDirs.ts"),
  ]);
  const sets: EvalSet[] = [];
  const folders = await retrievalSetDirs(data);
  for (const folder of folders) sets.push(retrievalSet(await readRetrievalSet(folder)));
  return { sets, isOne: folders[0] === data };
}

async function taskSet(task: TaskName, path: string): Promise<EvalSet> {
  const { openTask } = await import("../eval/openTask.ts");
  const { texts, measure } = await openTask(task, path);
  return {
    name: basename(path),
    texts,
    measure: async (system, options) => {
      if (system !== "bm25") return measure(system, options);
      throw new InputError("sulam eval", `${task} compares vectors, and bm25 gives none`, "Name a model.");
    },
  };
}

function retrievalSet(set: RetrievalSet): EvalSet {
  return {
    name: set.name,
    texts: askedAndAnswering(set),
    passages: set.corpus.length,
    measure: async (system, options) => {
      const [{ measureRetrieval }, { bm25 }] = await Promise.all([
        import("../eval/measureRetrieval.ts"),
        import("../search/bm25.ts"),
      ]);
      return measureRetrieval(system === "bm25" ? bm25(set.corpus) : system, set, options);
    },
  };
}
