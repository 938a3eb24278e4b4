import { DATASET_FIELDS, type FieldKind, type FilterSchema } from "./filterSchema.ts";

/** Something that runs or experiments are searched or ordered by. */
export interface Field {
  kind: FieldKind;
  /** The metric's, param's or tag's key; the attribute's own name, whatever it was called. */
  key: string;
  isNumber: boolean;
  /** As errors call it: `metrics.loss`. */
  name: string;
}

/**
 * The field that a text such as `metrics.loss` or `status` stands for.
 *
 * @param parts  `text` is what stands before a quoted key, or all of it when there is none
 * @param refuse  throws, with the place
 */
export function fieldNamed(
  { text, quoted }: { text: string; quoted?: string },
  schema: FilterSchema,
  refuse: (problem: string, todo: string) => never,
): Field {
  const dot = text.indexOf(".");
  const word = dot === -1 ? "" : text.slice(0, dot);
  const key = `${text.slice(dot + 1)}${quoted ?? ""}`;
  const name = word === "" ? key : `${word}.${key}`;
  const kind = word === "" ? "attribute" : Object.hasOwn(schema.kinds, word) ? schema.kinds[word] : undefined;
  if (kind === undefined)
    return refuse(`\`${word}\` is not known`, `Use one of ${Object.keys(schema.kinds).join(", ")}.`);
  if (key === "") return refuse(`\`${word}.\` wants a key`, `Write \`${word}.KEY\`.`);
  if (kind === "attribute") {
    if (!Object.hasOwn(schema.attributes, key))
      return refuse(
        `there is no attribute \`${key}\``,
        `Use one of ${Object.keys(schema.attributes).join(", ")}${schema.kinds.params ? ", or metrics.KEY, params.KEY, tags.KEY" : ", or tags.KEY"}.`,
      );
    const { name: own, isNumber } = schema.attributes[key];
    return { kind, key: own, isNumber, name };
  }
  if (kind === "dataset" && !DATASET_FIELDS.includes(key))
    return refuse(`data sets have no \`${key}\``, `Use one of ${DATASET_FIELDS.join(", ")}.`);
  return { kind, key, isNumber: kind === "metric", name };
}
