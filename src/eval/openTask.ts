import type { OnProgress } from "../base/progress.ts";
import { readBitext } from "../data/tasks/readBitext.ts";
import { readRerankingItems } from "../data/tasks/readRerankingItems.ts";
import { readStsPairs } from "../data/tasks/readStsPairs.ts";
import { readTriplets } from "../data/tasks/readTriplets.ts";
import type { Encoder } from "../search/encoder.ts";
import type { Measured } from "./measured.ts";
import { measuredMeans } from "./measuredMeans.ts";
import { scoreBitext } from "./scoreBitext.ts";
import { scoreReranking } from "./scoreReranking.ts";
import { scoreTriplets } from "./scoreTriplets.ts";
import { spearman } from "./spearman.ts";
import { spearmanInterval } from "./spearmanInterval.ts";
import { stsCosines } from "./stsCosines.ts";
import type { TaskName } from "./taskNames.ts";

/** A task's items, read and ready to be measured. */
export interface OpenedTask {
  /** All texts of all items: a leak is one of these. */
  texts: string[];
  measure(encoder: Encoder, options?: { onProgress?: OnProgress }): Promise<Measured>;
}

/** How each task's file is read, and what is measured on it. */
const TASKS: Readonly<Record<TaskName, (path: string) => Promise<OpenedTask>>> = {
  sts: async (path) => {
    const pairs = await readStsPairs(path);
    const b = pairs.map(({ score }) => score);
    return {
      texts: pairs.flatMap(({ first, second }) => [first, second]),
      measure: async (encoder, options) => {
        const a = await stsCosines(encoder, pairs, options);
        return {
          measures: { spearman: spearman(a, b), pairs: pairs.length },
          intervals: () => ({ spearman: spearmanInterval({ a, b }) }),
        };
      },
    };
  },
  triplets: async (path) => {
    const triplets = await readTriplets(path);
    return {
      texts: triplets.flatMap(({ anchor, positive, negative }) => [anchor, positive, negative]),
      measure: async (encoder, options) =>
        measuredMeans(await scoreTriplets(encoder, triplets, options), { triplets: triplets.length }),
    };
  },
  reranking: async (path) => {
    const items = await readRerankingItems(path);
    return {
      texts: items.flatMap(({ query, positive, negative }) => [query, ...positive, ...negative]),
      measure: async (encoder, options) =>
        measuredMeans(await scoreReranking(encoder, items, options), { queries: items.length }),
    };
  },
  bitext: async (path) => {
    const { source, target } = await readBitext(path);
    return {
      texts: [...source, ...target],
      measure: async (encoder, options) =>
        measuredMeans(await scoreBitext(encoder, source, target, options), { pairs: source.length }),
    };
  },
};

/**
 * Reads the file of a task. Measures, by task: `spearman`, as `evaluateSts` gives it; `accuracy`, as `tripletAccuracy`;
 * what `evaluateReranking` gives; what `bitextAccuracy` gives. Resamples draw pairs, triplets or queries.
 *
 * @throws {InputError} a wrong row, with file, line, field and value; a file without rows
 */
export function openTask(name: TaskName, path: string): Promise<OpenedTask> {
  return TASKS[name](path);
}
