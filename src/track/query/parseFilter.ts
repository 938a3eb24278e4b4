import { TrackError } from "../trackError.ts";
import { type Field, fieldNamed } from "./fieldNamed.ts";
import { type Comparator, comparatorsOf, type FilterSchema } from "./filterSchema.ts";
import { type FilterToken, filterTokens } from "./filterTokens.ts";

/** One comparison of a filter. All of them must hold. */
export interface Comparison extends Field {
  comparator: Comparator;
  /** A number for number fields; a list for IN and NOT IN; null for IS NULL and IS NOT NULL; else text. */
  value: string | number | readonly string[] | null;
}

/** SQLite takes expressions 1,000 deep; this is more than anybody writes by hand. */
const LIMIT = 200;

/**
 * Reads MLflow's filter language: comparisons joined by AND. A field is `metrics.KEY`, `params.KEY`, `tags.KEY`,
 * `dataset.name` or an attribute, with or without `attributes.` before it; keys with spaces stand in backticks or double
 * quotes. Texts stand in quotes, doubled inside (`'it''s'`). LIKE knows `%` and `_`; ILIKE is LIKE without regard to case.
 *
 * @param filter  empty: no comparison
 * @throws {TrackError} INVALID_PARAMETER_VALUE, with the place and what would be right
 */
export function parseFilter(filter: string, schema: FilterSchema): Comparison[] {
  const tokens = filterTokens(filter, refuse);
  if (tokens[0].kind === "end") return [];
  const reader = new Reader(tokens, schema);
  const comparisons = [reader.comparison()];
  while (reader.and()) {
    comparisons.push(reader.comparison());
    if (comparisons.length > LIMIT) refuse(`it has more than ${LIMIT} comparisons`, "Use IN.");
  }
  return comparisons;
}

class Reader {
  private readonly tokens: readonly FilterToken[];
  private readonly schema: FilterSchema;
  private next = 0;

  constructor(tokens: readonly FilterToken[], schema: FilterSchema) {
    this.tokens = tokens;
    this.schema = schema;
  }

  /** Passes over AND. @returns false at the end of the filter */
  and(): boolean {
    const token = this.take();
    if (token.kind === "end") return false;
    if (this.isWord(token, "AND")) return true;
    if (this.isWord(token, "OR")) this.refuse(token, "OR is not known", "Ask once for each side of the OR.");
    return this.refuse(token, `expected AND or the end, got ${show(token)}`, "Join comparisons with AND.");
  }

  comparison(): Comparison {
    const at = this.tokens[this.next];
    const field = fieldNamed(this.fieldText(), this.schema, (problem, todo) => this.refuse(at, problem, todo));
    const place = this.tokens[this.next];
    const comparator = this.comparator();
    const allowed = comparatorsOf(field.kind, field.isNumber);
    if (!allowed.includes(comparator))
      this.refuse(place, `\`${field.name}\` cannot be compared with ${comparator}`, `Use ${allowed.join(", ")}.`);
    return { ...field, comparator, value: this.value(field, comparator) };
  }

  /** The parts of a field: the words before the key, and the key when it stands in quotes. */
  private fieldText(): { text: string; quoted?: string } {
    const token = this.take();
    if (token.kind === "quoted" && token.quote !== "'") return { text: "", quoted: token.text };
    if (token.kind !== "word")
      this.refuse(token, `expected a field, got ${show(token)}`, "Begin with one, like metrics.loss.");
    const following = this.tokens[this.next];
    const isJoined = token.text.endsWith(".") && following.kind === "quoted" && following.at === token.end;
    if (!isJoined || following.quote === "'") return { text: token.text };
    this.next++;
    return { text: token.text, quoted: following.text };
  }

  private comparator(): Comparator {
    const token = this.take();
    if (token.kind === "sign" && /[=<>]/.test(token.text)) return token.text as Comparator;
    const word = token.kind === "word" ? token.text.toUpperCase() : "";
    if (word === "LIKE" || word === "ILIKE" || word === "IN") return word;
    if (word === "NOT" && this.follows("IN")) return "NOT IN";
    if (word === "IS") {
      const isNegated = this.follows("NOT");
      if (this.follows("NULL")) return isNegated ? "IS NOT NULL" : "IS NULL";
    }
    return this.refuse(
      token,
      `expected a comparator, got ${show(token)}`,
      "Use =, !=, >, >=, <, <=, LIKE, ILIKE or IN.",
    );
  }

  private value(field: Field, comparator: Comparator): Comparison["value"] {
    if (comparator === "IS NULL" || comparator === "IS NOT NULL") return null;
    if (comparator === "IN" || comparator === "NOT IN") return this.list(field);
    if (!field.isNumber) return this.text(field);
    const token = this.take();
    if (token.kind !== "number")
      this.refuse(token, `\`${field.name}\` is a number, got ${show(token)}`, "Compare it with a number, like 0.5.");
    return Number(token.text);
  }

  private list(field: Field): string[] {
    this.sign("(");
    const values = [this.text(field)];
    while (this.tokens[this.next].text === "," && this.tokens[this.next].kind === "sign") {
      this.next++;
      values.push(this.text(field));
    }
    this.sign(")");
    return values;
  }

  private text(field: Field): string {
    const token = this.take();
    if (token.kind !== "quoted" || token.quote === "`")
      this.refuse(
        token,
        `\`${field.name}\` is text, got ${show(token)}`,
        `Put the text in quotes, like '${token.kind === "end" ? "abc" : token.text}'.`,
      );
    return token.text;
  }

  private sign(text: string): void {
    const token = this.take();
    if (token.kind !== "sign" || token.text !== text)
      this.refuse(token, `expected \`${text}\`, got ${show(token)}`, "Write a list like ('a', 'b').");
  }

  /** Stays at the end once it is reached. */
  private take(): FilterToken {
    const token = this.tokens[this.next];
    if (token.kind !== "end") this.next++;
    return token;
  }

  private follows(word: string): boolean {
    if (!this.isWord(this.tokens[this.next], word)) return false;
    this.next++;
    return true;
  }

  private isWord(token: FilterToken, word: string): boolean {
    return token.kind === "word" && token.text.toUpperCase() === word;
  }

  private refuse(token: FilterToken, problem: string, todo: string): never {
    return refuse(`at character ${token.at + 1}: ${problem}`, todo);
  }
}

function refuse(problem: string, todo: string): never {
  throw new TrackError("INVALID_PARAMETER_VALUE", "filter", problem, todo);
}

function show(token: FilterToken): string {
  if (token.kind === "end") return "the end";
  return token.kind === "quoted" ? `${token.quote}${token.text}${token.quote}` : `\`${token.text}\``;
}
