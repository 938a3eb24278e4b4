import type { Driver } from "./driver.ts";
import { checkKey, checkValue } from "./names.ts";
import { TrackError } from "./trackError.ts";

/** A data set that a run used. */
export interface DatasetInput {
  /** At most 500 characters. */
  name: string;
  /** What tells one content from another, at most 36 characters: the first 32 of a sha256, say. */
  digest: string;
  /** Where it came from: a path, an address, a query. */
  source: string;
  /** What kind of place that is. Default `local`. */
  sourceType?: string;
  /** Its fields, as text (JSON by custom). */
  schema?: string;
  /** Its size and such, as text (JSON by custom). */
  profile?: string;
  /** What the run used it for, e.g. `training`: MLflow's tag `mlflow.data.context`. */
  context?: string;
  /** More tags of this use. */
  tags?: Readonly<Record<string, string>>;
}

const CONTEXT_TAG = "mlflow.data.context";
const LIMITS = { name: 500, digest: 36, source: 65_535, schema: 1_048_575, profile: 16_777_215 } as const;

/** @throws {TrackError} INVALID_PARAMETER_VALUE when a field is missing or longer than MLflow takes */
export function checkInput(input: DatasetInput): void {
  for (const field of ["name", "digest", "source", "schema", "profile"] as const) {
    const value = input[field];
    const isOptional = field === "schema" || field === "profile";
    if (value === undefined && isOptional) continue;
    if (typeof value !== "string" || value === "")
      refuse(`its ${field} must be a non-empty string, got ${JSON.stringify(value)}`, "Give one.");
    if (value.length > LIMITS[field])
      refuse(`its ${field} has ${value.length} characters, more than ${LIMITS[field]}`, "Shorten it.");
  }
  for (const [key, value] of Object.entries(inputTags(input))) {
    checkKey("tag", key);
    checkValue("tag", key, value);
  }
}

/**
 * Notes that a run used a data set, which must have been checked. A data set is known by (experiment, name, digest) and
 * keeps the fields it came with first; noting it again only adds tags.
 */
export function logInput(db: Driver, run: number, input: DatasetInput): void {
  db.write(() => {
    const { experiment } = db.get<{ experiment: number }>("SELECT experiment FROM runs WHERE run = ?", run)!;
    const { name, digest, source, sourceType = "local", schema = null, profile = null } = input;
    db.run(
      `INSERT OR IGNORE INTO datasets(experiment, name, digest, source_type, source, schema, profile)
        VALUES(?, ?, ?, ?, ?, ?, ?)`,
      ...[experiment, name, digest, sourceType, source, schema, profile],
    );
    const { dataset } = db.get<{ dataset: number }>(
      "SELECT dataset FROM datasets WHERE experiment = ? AND name = ? AND digest = ?",
      ...[experiment, name, digest],
    )!;
    db.run("INSERT OR IGNORE INTO inputs VALUES(?, ?)", run, dataset);
    for (const [key, value] of Object.entries(inputTags(input)))
      db.run("INSERT OR REPLACE INTO input_tags VALUES(?, ?, ?, ?)", run, dataset, key, value);
  });
}

/** The data sets that a run used, in the order in which the store came to know them. Fields that were not given are left out. */
export function listInputs(db: Driver, run: number): DatasetInput[] {
  const rows = db.all<DatasetRow>("SELECT d.* FROM inputs JOIN datasets d USING(dataset) WHERE run = ?", run);
  return rows.map((row) => {
    const pairs = db.all<{ key: string; value: string }>(
      "SELECT key, value FROM input_tags WHERE run = ? AND dataset = ? ORDER BY key",
      ...[run, row.dataset],
    );
    const { [CONTEXT_TAG]: context, ...tags } = Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
    return {
      name: row.name,
      digest: row.digest,
      source: row.source,
      sourceType: row.source_type,
      ...(row.schema !== null && { schema: row.schema }),
      ...(row.profile !== null && { profile: row.profile }),
      ...(context !== undefined && { context }),
      ...(Object.keys(tags).length > 0 && { tags }),
    };
  });
}

interface DatasetRow {
  dataset: number;
  name: string;
  digest: string;
  source_type: string;
  source: string;
  schema: string | null;
  profile: string | null;
}

/** All tags of a use: its context is one of them. */
export function inputTags(input: DatasetInput): Record<string, string> {
  return { ...input.tags, ...(input.context !== undefined && { [CONTEXT_TAG]: input.context }) };
}

function refuse(problem: string, todo: string): never {
  throw new TrackError("INVALID_PARAMETER_VALUE", "dataset", problem, todo);
}
