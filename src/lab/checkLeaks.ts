import type { Table } from "../base/table.ts";
import type { Experiment } from "../config/experiment.ts";
import { refuseLeaks } from "../eval/refuseLeaks.ts";
import { type TrainingSource, trainingExamples } from "./trainingExamples.ts";

/**
 * Looks for texts of the measured split (its queries, and the passages that answer them) among what an experiment
 * trains on. Nothing is looked for when it trains nothing.
 *
 * @returns the leaks, as `refuseLeaks` gives them
 * @throws {InputError} leaks, unless `evaluate.allowLeaks` is set
 */
export async function checkLeaks({ systems, evaluate }: Experiment, source: TrainingSource): Promise<Table> {
  const trained = Object.values(systems).filter((system) => system.kind === "finetune");
  const examples = trained.flatMap((system) => trainingExamples(source, system.data).examples);
  const training = new Set(examples.flatMap(({ query, pos, neg }) => [query, ...pos, ...neg]));
  const { rows } = source.dataset.split()[evaluate.split];
  const test = rows.flatMap((row) => [row.passage, ...evaluate.fields.map((field) => row[field])]);
  const asked = test.filter((text) => text !== "");
  const { allowLeaks: allow } = evaluate;
  return refuseLeaks({ training: [...training], test: asked, allow, askBy: "evaluate.allowLeaks: true" });
}
