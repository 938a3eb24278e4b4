import { MlflowFault } from "./mlflowFault.ts";

/**
 * The fields of a request, read as protobuf's JSON is: null is absent, 64-bit integers may be strings, numbers may be
 * "NaN", "Infinity" and "-Infinity", what nobody asks for is ignored.
 *
 * @throws {MlflowFault} INVALID_PARAMETER_VALUE from every method, with the field and what came
 */
export class Fields {
  private readonly values: Readonly<Record<string, unknown>>;
  /** What stands before a field's name in errors: `metrics[3].`. */
  private readonly path: string;
  private readonly isQuery: boolean;

  /** @param values  whatever the JSON was; anything but an object is refused */
  constructor(values: unknown, path = "", isQuery = false) {
    if (typeof values !== "object" || values === null || Array.isArray(values))
      throw MlflowFault.invalid(
        path === ""
          ? "The body must be a JSON object."
          : `Invalid value ${show(values)} for parameter '${path.slice(0, -1)}' supplied. It must be an object.`,
      );
    this.values = values as Record<string, unknown>;
    this.path = path;
    this.isQuery = isQuery;
  }

  /** The fields of a query string: a name that stands several times is a list. */
  static ofQuery(query: URLSearchParams): Fields {
    const names = [...new Set(query.keys())];
    return new Fields(
      Object.fromEntries(
        names.map((name) => [name, query.getAll(name)] as const).map(([k, v]) => [k, v.length > 1 ? v : v[0]]),
      ),
      "",
      true,
    );
  }

  /** A text that must be there and not be empty. */
  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined || value === "") throw this.missing(name);
    return value;
  }

  /** A text that may be empty; absent it is "", as protobuf has it. */
  anyText(name: string): string {
    return this.optionalText(name) ?? "";
  }

  optionalText(name: string): string | undefined {
    const value = this.raw(name);
    if (value === undefined) return value;
    if (typeof value !== "string") throw this.wrong(name, value, "It must be a string.");
    // SQLite would keep another letter in the place of half a one.
    if (/\p{Surrogate}/u.test(value)) throw this.wrong(name, value, "It must be well-formed Unicode.");
    return value;
  }

  /** One of `words`, or its number counted from 1, as protobuf's enums are. */
  optionalWord(name: string, words: readonly string[]): string | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    const index = /^\d+$/.test(String(value)) ? Number(value) - 1 : words.indexOf(value as string);
    if (words[index] === undefined) throw this.wrong(name, value, `It must be one of ${words.join(", ")}.`);
    return words[index];
  }

  /** The id of a run, under its present or its old name. */
  runId(): string {
    const value = this.optionalText("run_id") || this.optionalText("run_uuid");
    if (!value) throw this.missing("run_id");
    return value;
  }

  /** A whole number that must be there. */
  integer(name: string): number {
    const value = this.optionalInteger(name);
    if (value === undefined) throw this.missing(name);
    return value;
  }

  optionalInteger(name: string): number | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    const number = typeof value === "string" && /^-?\d+(?:\.0*)?$/.test(value) ? Number(value) : value;
    if (typeof number !== "number" || !Number.isInteger(number))
      throw this.wrong(name, value, "It must be an integer.");
    // JSON numbers and SQLite's driver keep 53 bits; beyond them another number would be stored than was sent.
    if (Math.abs(number) > 2 ** 53) throw this.wrong(name, value, "It must lie within ±2^53.");
    return number;
  }

  /** A number that must be there, NaN and infinities included. */
  number(name: string): number {
    const value = this.raw(name);
    if (value === undefined || value === "") throw this.missing(name);
    if (typeof value === "number") return value;
    if (typeof value === "string") {
      const word = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i.exec(value);
      if (word) return word[2] ? Number.NaN : word[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
      if (/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(value)) return Number(value);
    }
    throw this.wrong(name, value, "It must be a number.");
  }

  /** A list of texts; absent it is empty. In a query string, a name that stands once is a list of one. */
  texts(name: string): string[] {
    const value = this.raw(name) ?? [];
    const list = this.isQuery && typeof value === "string" ? [value] : value;
    if (!Array.isArray(list) || !list.every((one) => typeof one === "string"))
      throw this.wrong(name, value, "It must be a list of strings.");
    return list;
  }

  /** A list of objects; absent it is empty. */
  objects(name: string): Fields[] {
    const value = this.raw(name) ?? [];
    if (!Array.isArray(value)) throw this.wrong(name, value, "It must be a list.");
    return value.map((one, i) => new Fields(one, `${this.path}${name}[${i}].`));
  }

  /** An object that must be there. */
  object(name: string): Fields {
    const value = this.raw(name);
    if (value === undefined) throw this.missing(name);
    return new Fields(value, `${this.path}${name}.`);
  }

  /** A list of `{ key, value }`, in order. */
  pairs(name: string): { key: string; value: string }[] {
    return this.objects(name).map((pair) => ({ key: pair.text("key"), value: pair.anyText("value") }));
  }

  /** Says that a field must be there. */
  missing(name: string): MlflowFault {
    return MlflowFault.invalid(
      `Missing value for required parameter '${this.path}${name}'. See the API docs for more information about request parameters.`,
    );
  }

  /** Says what is wrong with a field. */
  wrong(name: string, value: unknown, rule: string): MlflowFault {
    return MlflowFault.invalid(`Invalid value ${show(value)} for parameter '${this.path}${name}' supplied. ${rule}`);
  }

  private raw(name: string): unknown {
    const value = Object.hasOwn(this.values, name) ? this.values[name] : undefined;
    return value === null ? undefined : value;
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
