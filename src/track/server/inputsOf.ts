import type { DatasetInput } from "../inputs.ts";
import type { Fields } from "./fields.ts";
import { MlflowFault } from "./mlflowFault.ts";

/** MLflow's limits: how many data sets in one call, how long the value of a tag of a use. */
const DATASETS = 1000;
const TAG_VALUE = 500;

/** The data sets of `runs/log-inputs`. @throws {MlflowFault} INVALID_PARAMETER_VALUE */
export function inputsOf(fields: Fields): DatasetInput[] {
  const inputs = fields.objects("datasets");
  if (inputs.length > DATASETS)
    throw MlflowFault.invalid(`A call may name at most ${DATASETS} data sets, got ${inputs.length}.`);
  return inputs.map((input) => {
    const dataset = input.object("dataset");
    const tags = input.pairs("tags");
    const long = tags.find(({ value }) => value.length > TAG_VALUE);
    if (long) throw MlflowFault.invalid(`The tag '${long.key}' of a data set has more than ${TAG_VALUE} characters.`);
    return {
      name: dataset.text("name"),
      digest: dataset.text("digest"),
      source: dataset.text("source"),
      sourceType: dataset.text("source_type"),
      schema: dataset.optionalText("schema") || undefined,
      profile: dataset.optionalText("profile") || undefined,
      tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    };
  });
}
