import { addNoise } from "../augment/addNoise.ts";
import { loadNoiseTables } from "../augment/loadNoiseTables.ts";
import type { EvaluateSettings } from "../config/experiment.ts";
import type { DatasetPart, Row } from "../data/dataset.ts";

/** A split to be measured, and the query fields that it then has. */
export interface NoisedQueries {
  part: DatasetPart;
  /** Each field as it was written, then noised: `query`, `query noise 0.2`, `query noise 0.4`, .. */
  fields: string[];
  /** sha256 of the tables that made the noise, in lower-case hex. */
  tables?: string;
}

/**
 * Adds noised queries to a split as fields of their own: the same queries and answers, so that lines of the table can
 * be compared. Passages stay as they are. Nothing is added when the experiment asks for no noise.
 *
 * @throws {InputError} an unknown dialect
 */
export async function noisedQueries(part: DatasetPart, { fields, noise }: EvaluateSettings): Promise<NoisedQueries> {
  if (noise === undefined) return { part, fields };
  const tables = await loadNoiseTables();
  const { strengths, ...options } = noise;
  const named = fields.map((field) => ({
    field,
    noised: strengths.map((strength) => ({ name: `${field} noise ${strength}`, strength })),
  }));
  const rows = part.rows.map((row): Row => {
    const more = named.flatMap(({ field, noised }) =>
      noised.map(({ name, strength }) => [name, addNoise(row[field], tables, { ...options, strength })]),
    );
    return { ...row, ...Object.fromEntries(more) };
  });
  const all = named.flatMap(({ field, noised }) => [field, ...noised.map(({ name }) => name)]);
  return { part: { ...part, rows, queryFields: [...part.queryFields, ...all] }, fields: all, tables: tables.sha256 };
}
