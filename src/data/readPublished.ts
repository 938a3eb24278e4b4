import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { InputError } from "../base/errors.ts";

/** The two tasks of arXiv 2402.03053. */
export type PaperTask = "similarity" | "rag";

/** One result that a notebook of the paper's authors printed. */
export interface PublishedResult {
  task: PaperTask;
  dataset: string;
  model: string;
  /** `infonce`, `contrastive`, or null for models that they did not train. */
  loss: string | null;
  /** Texts searched. */
  pool: number;
  /** Searches counted. */
  scored: number;
  /** k -> Recall@k, rounded to 6 decimals. */
  recall: Record<string, number>;
  /** Repository and notebook. */
  source: string;
}

const path = fileURLToPath(new URL("../../datasets/published/results.json", import.meta.url));

/** The published results of a task, in the file's order. @throws {InputError} when the package's file is not whole */
export async function readPublished(task: PaperTask): Promise<PublishedResult[]> {
  const { rows } = JSON.parse(await readFile(path, "utf8")) as { rows: PublishedResult[] };
  for (const { model, dataset, recall } of rows)
    for (const k of ["1", "3", "5", "10"])
      if (!(recall[k] >= 0 && recall[k] <= 1))
        throw new InputError(path, `${model} on ${dataset} has no recall@${k}`, "Bring the file back: git checkout.");
  return rows.filter((row) => row.task === task);
}
