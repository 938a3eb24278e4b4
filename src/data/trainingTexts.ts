/** Fields of training rows that hold a text, or a list of texts; and `negative_1`, `negative_2` .. of n-tuples. */
export const TRAINING_FIELDS: readonly string[] = [
  ...["text", "query", "positive", "pos", "neg", "passage", "question", "context"],
  // the forms of sentence-transformers
  ...["anchor", "negative", "document", "documents", "sentence1", "sentence2"],
];

/**
 * The texts that one training row shows a model, in the order of its fields; blank ones are none.
 *
 * @param fields further ones that hold texts
 */
export function trainingTexts(values: Readonly<Record<string, unknown>>, fields: readonly string[] = []): string[] {
  return Object.entries(values)
    .filter(([field]) => isAmong(field, [...TRAINING_FIELDS, ...fields]))
    .flatMap(([, value]) => [value].flat())
    .filter((text): text is string => typeof text === "string" && text.trim() !== "");
}

/** Fields that name or sort a row. */
const LABELS = ["id", "group", "topic", "domain", "split", "parent", "variant", "licence", "url"];

/** Fields of a row whose words `trainingTexts` does not take. */
export function otherTextFields(values: Readonly<Record<string, unknown>>, fields: readonly string[] = []): string[] {
  const isText = (value: unknown): boolean => typeof value === "string" && /\S\s+\S/.test(value);
  return Object.keys(values).filter(
    (field) => !isAmong(field, [...TRAINING_FIELDS, ...fields, ...LABELS]) && [values[field]].flat().some(isText),
  );
}

/** A field itself, or with a number behind it. */
function isAmong(field: string, known: readonly string[]): boolean {
  return known.includes(field) || known.includes(field.replace(/_\d+$/, ""));
}
