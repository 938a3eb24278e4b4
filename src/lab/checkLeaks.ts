import type { Table } from "../base/table.ts";
import type { Experiment } from "../config/experiment.ts";
import { usesOwnModel } from "../config/usesOwnModel.ts";
import { refuseLeaks } from "../eval/refuseLeaks.ts";
import { type TrainingSource, trainingExamples } from "./trainingExamples.ts";

/**
 * Looks for texts of the measured split (its queries, and the passages that answer them) among what an experiment
 * trains on, and what a fresh model's tokenizer learns from. Nothing is looked for when it trains nothing.
 *
 * @returns the leaks, as `refuseLeaks` gives them
 * @throws {InputError} leaks, unless `evaluate.allowLeaks` is set
 */
export async function checkLeaks(
  { data, model, systems, evaluate }: Experiment,
  source: TrainingSource,
): Promise<Table> {
  const trained = Object.values(systems).filter((system) => system.kind === "finetune");
  const examples = trained.flatMap((system) => trainingExamples(source, system.data).examples);
  // a fresh model's tokenizer learns, too
  const learns = model.fresh !== undefined && Object.values(systems).some(usesOwnModel);
  const tokenized = learns ? trainingExamples(source, data).texts : [];
  const training = new Set([...tokenized, ...examples.flatMap(({ query, pos, neg }) => [query, ...pos, ...neg])]);
  const { rows } = source.dataset.split()[evaluate.split];
  const test = rows.flatMap((row) => [row.passage, ...evaluate.fields.map((field) => row[field])]);
  const asked = test.filter((text) => text !== "");
  const { allowLeaks: allow } = evaluate;
  return refuseLeaks({ training: [...training], test: asked, allow, askBy: "evaluate.allowLeaks: true" });
}
