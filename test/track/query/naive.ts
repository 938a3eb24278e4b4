import type { Random } from "../../../src/base/random.ts";
import type { Comparator, FieldKind } from "../../../src/track/query/filterSchema.ts";
import type { RunRecord } from "../../../src/track/runRecord.ts";
import type { Store } from "../../../src/track/store.ts";

/** What one comparison means. */
export interface Rule {
  kind: FieldKind;
  key: string;
  comparator: Comparator;
  value: string | number | string[] | null;
}

/** Keys and values of which few fit by chance, some of them nasty. */
export const KEYS: readonly string[] = ["a", "b/c", "my key", "mlflow.x-y"];
/** Values of params and tags. */
export const TEXTS: readonly string[] = ["", "x", "X", "it's", 'a"b', "50%", "x_y", "xay", "[x]", "x*", "ä", "1"];
/** Values of metrics. */
export const NUMBERS: readonly number[] = [0, -1, 1, 0.5, 2.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY];

const pick = <T>(random: Random, items: readonly T[]): T => items[random.int(items.length)];
const WORDS: Readonly<Record<FieldKind, readonly string[]>> = {
  metric: ["metrics.", "metric."],
  param: ["params.", "param.", "parameters.", "parameter."],
  tag: ["tags.", "tag."],
  attribute: ["", "attributes.", "attr.", "run."],
  dataset: ["dataset.", "datasets."],
};

/** One to three comparisons. */
export function randomRules(random: Random): Rule[] {
  return Array.from({ length: 1 + random.int(3) }, () => randomRule(random));
}

function randomRule(random: Random): Rule {
  const kind = pick(random, ["metric", "param", "tag", "attribute", "dataset"] as const);
  const key =
    kind === "attribute"
      ? pick(random, ["run_name", "status", "start_time", "end_time", "user_id"])
      : kind === "dataset"
        ? pick(random, ["name", "digest", "context"])
        : pick(random, KEYS);
  if (kind === "metric" || key.endsWith("_time")) {
    const value = pick(random, [...NUMBERS.filter((n) => !Number.isNaN(n) && Number.isFinite(n)), 1e-3]);
    return { kind, key, comparator: pick(random, ["=", "!=", ">", ">=", "<", "<="]), value };
  }
  const isPair = kind === "param" || kind === "tag";
  const comparators: Comparator[] = [
    "=",
    "!=",
    "LIKE",
    "ILIKE",
    ...(isPair ? (["IS NULL", "IS NOT NULL"] as const) : []),
  ];
  if (!isPair) comparators.push("IN", "NOT IN");
  const comparator = pick(random, comparators);
  if (comparator === "IS NULL" || comparator === "IS NOT NULL") return { kind, key, comparator, value: null };
  const words = [...TEXTS, "FINISHED", "run-1"];
  if (comparator === "IN" || comparator === "NOT IN")
    return { kind, key, comparator, value: random.sample(words, 1 + random.int(3)) };
  const pattern = comparator.endsWith("LIKE")
    ? pick(random, ["%", "_", "x%", "%x", "%_y", "X", "%%", "[x]", "FIN%"])
    : undefined;
  return { kind, key, comparator, value: pattern ?? pick(random, words) };
}

/** The rules as a filter: quotes, case and spaces as people vary them. */
export function written(rules: readonly Rule[], random: Random): string {
  const gap = (): string => " ".repeat(1 + random.int(2));
  const maybe = (text: string): string => (random.int(2) === 0 ? text : text.toLowerCase());
  const quote = (text: string): string => {
    const mark = pick(random, ["'", '"']);
    return mark + text.replaceAll(mark, mark + mark) + mark;
  };
  const value = (rule: Rule): string => {
    if (rule.value === null) return "";
    if (typeof rule.value === "number") return gap() + String(rule.value);
    if (typeof rule.value === "string") return gap() + quote(rule.value);
    return `${gap()}(${rule.value.map(quote).join(pick(random, [",", ", ", " , "]))})`;
  };
  const field = ({ kind, key }: Rule): string => {
    const mark = key.includes(" ") || random.int(3) === 0 ? pick(random, ["`", '"']) : "";
    return `${pick(random, WORDS[kind])}${mark}${key}${mark}`;
  };
  return rules
    .map((rule) => field(rule) + gap() + maybe(rule.comparator) + value(rule))
    .join(gap() + maybe("AND") + gap());
}

/** Whether a run fits, written from MLflow's documentation without a word of SQL. */
export function fits(store: Store, run: RunRecord, rule: Rule): boolean {
  const { kind, key, comparator } = rule;
  if (kind === "dataset") {
    return store.inputs(run.runId).some((input) => {
      const value = input[key as "name" | "digest" | "context"];
      return value !== undefined && holds(value, rule);
    });
  }
  if (comparator === "IS NULL") return !Object.hasOwn(kind === "param" ? run.params : run.tags, key);
  const value = fieldOf(store, run, kind, key);
  if (comparator === "IS NOT NULL") return value !== undefined;
  return value !== undefined && holds(value, rule);
}

function fieldOf(store: Store, run: RunRecord, kind: FieldKind, key: string): string | number | undefined {
  if (kind === "metric") return run.metrics[key];
  if (kind === "param") return run.params[key];
  if (kind === "tag") return run.tags[key];
  if (key === "user_id") {
    const sql = "SELECT user_id FROM runs WHERE run_id = ?";
    return store.parts.db.get<{ user_id: string }>(sql, run.runId)?.user_id;
  }
  const attributes = { run_name: run.name, status: run.status, start_time: run.startTime, end_time: run.endTime };
  return attributes[key as keyof typeof attributes] ?? undefined;
}

function holds(has: string | number, { comparator, value }: Rule): boolean {
  if (comparator === "=") return has === value;
  if (comparator === "!=") return has !== value;
  if (comparator === "IN") return (value as string[]).includes(has as string);
  if (comparator === "NOT IN") return !(value as string[]).includes(has as string);
  if (comparator === "LIKE") return like(has as string, value as string);
  if (comparator === "ILIKE") return like((has as string).toLowerCase(), (value as string).toLowerCase());
  const [a, b] = [has as number, value as number];
  return { ">": a > b, ">=": a >= b, "<": a < b, "<=": a <= b }[comparator as ">"];
}

/** The pattern letter by letter. */
function like(text: string, pattern: string): boolean {
  if (pattern === "") return text === "";
  if (pattern[0] === "%") return like(text, pattern.slice(1)) || (text !== "" && like(text.slice(1), pattern));
  return text !== "" && (pattern[0] === "_" || pattern[0] === text[0]) && like(text.slice(1), pattern.slice(1));
}
