/** How a field is compared with a value. */
export type Comparator =
  | "="
  | "!="
  | ">"
  | ">="
  | "<"
  | "<="
  | "LIKE"
  | "ILIKE"
  | "IN"
  | "NOT IN"
  | "IS NULL"
  | "IS NOT NULL";

/** What a field belongs to. */
export type FieldKind = "metric" | "param" | "tag" | "attribute" | "dataset";

/** What the fields of one kind of thing (runs, experiments) are called and hold. */
export interface FilterSchema {
  /** The words before the dot: `metrics` -> metric. */
  kinds: Readonly<Record<string, FieldKind>>;
  /** Attributes by every name they go by: its own name, and whether it holds a number. */
  attributes: Readonly<Record<string, { name: string; isNumber: boolean }>>;
}

const TEXT: readonly Comparator[] = ["=", "!=", "LIKE", "ILIKE"];
const NUMBER: readonly Comparator[] = ["=", "!=", ">", ">=", "<", "<="];

/** The comparators that MLflow takes for a field, and IN for every attribute that is text (MLflow: `run_id` only). */
export function comparatorsOf(kind: FieldKind, isNumber: boolean): readonly Comparator[] {
  if (isNumber) return NUMBER;
  if (kind === "param" || kind === "tag") return [...TEXT, "IS NULL", "IS NOT NULL"];
  return [...TEXT, "IN", "NOT IN"];
}

/** The fields of a data set that runs are searched by. */
export const DATASET_FIELDS: readonly string[] = ["name", "digest", "context"];

const text = (name: string): { name: string; isNumber: boolean } => ({ name, isNumber: false });
const number = (name: string): { name: string; isNumber: boolean } => ({ name, isNumber: true });
const alike = (kind: FieldKind, words: string): [string, FieldKind][] => words.split(" ").map((word) => [word, kind]);

/** The fields of runs, with MLflow's other names for them. */
export const RUN_FIELDS: FilterSchema = {
  kinds: Object.fromEntries([
    ...alike("metric", "metric metrics"),
    ...alike("param", "parameter parameters param params"),
    ...alike("tag", "tag tags"),
    ...alike("attribute", "attribute attributes attr run"),
    ...alike("dataset", "dataset datasets"),
  ]),
  attributes: {
    run_id: text("run_id"),
    run_name: text("run_name"),
    "run name": text("run_name"),
    "Run name": text("run_name"),
    "Run Name": text("run_name"),
    status: text("status"),
    user_id: text("user_id"),
    artifact_uri: text("artifact_uri"),
    start_time: number("start_time"),
    created: number("start_time"),
    Created: number("start_time"),
    end_time: number("end_time"),
  },
};

/** The fields of experiments. */
export const EXPERIMENT_FIELDS: FilterSchema = {
  kinds: Object.fromEntries([...alike("tag", "tag tags"), ...alike("attribute", "attribute attributes attr")]),
  attributes: {
    name: text("name"),
    experiment_id: text("experiment_id"),
    creation_time: number("creation_time"),
    last_update_time: number("last_update_time"),
  },
};
