import { TrackError } from "../trackError.ts";
import { type Field, fieldNamed } from "./fieldNamed.ts";
import type { FilterSchema } from "./filterSchema.ts";
import { filterTokens } from "./filterTokens.ts";

/** One column to order by. */
export interface Order extends Field {
  descending: boolean;
}

/** Each column may cost SQLite a join, of which it takes 64. */
const LIMIT = 20;

/**
 * Reads MLflow's `order_by`: a field, then ASC (the default) or DESC, in each entry.
 * @throws {TrackError} INVALID_PARAMETER_VALUE
 */
export function parseOrder(orderBy: readonly string[], schema: FilterSchema): Order[] {
  if (orderBy.length > LIMIT) refuse("", `it has more than ${LIMIT} columns`, "Leave some out.");
  const orders = orderBy.map((clause) => parseClause(clause, schema));
  const names = orders.map(({ kind, key }) => `${kind}.${key}`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) refuse("", `\`${twice}\` stands in it twice`, "Name each field once.");
  return orders;
}

function parseClause(clause: string, schema: FilterSchema): Order {
  const todo = "Write a field and ASC or DESC, like `metrics.loss DESC`.";
  const tokens = filterTokens(clause, (problem) => refuse(clause, problem, todo));
  const [first] = tokens;
  const isQuoted = first.kind === "quoted" && first.quote !== "'";
  if (first.kind !== "word" && !isQuoted) refuse(clause, "it does not begin with a field", todo);
  let used = 1;
  let parts: { text: string; quoted?: string } = isQuoted ? { text: "", quoted: first.text } : { text: first.text };
  if (first.text.endsWith(".") && tokens[1].kind === "quoted" && tokens[1].quote !== "'") {
    parts = { text: first.text, quoted: tokens[1].text };
    used = 2;
  }
  const field = fieldNamed(parts, schema, (problem, how) => refuse(clause, problem, how));
  if (field.kind === "dataset") refuse(clause, "data sets do not order runs", "Order by something else.");
  const word = tokens[used].kind === "word" ? tokens[used].text.toUpperCase() : "";
  const isDirection = word === "ASC" || word === "DESC";
  if (tokens[isDirection ? used + 1 : used].kind !== "end") refuse(clause, "it does not end after the direction", todo);
  return { ...field, descending: word === "DESC" };
}

function refuse(clause: string, problem: string, todo: string): never {
  throw new TrackError("INVALID_PARAMETER_VALUE", clause === "" ? "order" : `order \`${clause}\``, problem, todo);
}
