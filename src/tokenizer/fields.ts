import { InputError } from "../base/errors.ts";

/** A JSON object as it was parsed. */
export type JsonObject = Record<string, unknown>;

/**
 * Typed reading of one part of a tokenizer file, e.g. `pre_tokenizer` of `tokenizer.json`. Each wrong or missing
 * field is an InputError that names the file, the part and the field.
 */
export class Fields {
  /** The file, for error messages. */
  readonly who: string;
  /** Where in the file: `model`, `pre_tokenizer.pretokenizers[1]`. */
  readonly part: string;
  readonly raw: JsonObject;

  /** @throws {InputError} when `value` is not a JSON object */
  constructor(who: string, part: string, value: unknown) {
    this.who = who;
    this.part = part;
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw this.error(`\`${part}\` must be an object, got ${shown(value)}`);
    this.raw = value as JsonObject;
  }

  /** The part's `type`. */
  get type(): string {
    return this.string("type");
  }

  /** True when the field is there and not null. */
  has(key: string): boolean {
    return this.raw[key] !== undefined && this.raw[key] !== null;
  }

  string(key: string, fallback?: string): string {
    const value = this.raw[key];
    if (typeof value === "string") return value;
    if (value === undefined && fallback !== undefined) return fallback;
    throw this.wrong(key, "a string", value);
  }

  /** A string field that may be absent or null. */
  optionalString(key: string): string | undefined {
    return this.has(key) ? this.string(key) : undefined;
  }

  /** A string field of exactly one character. */
  char(key: string): string {
    const value = this.string(key);
    if ([...value].length !== 1) throw this.wrong(key, "one character", value);
    return value;
  }

  boolean(key: string, fallback?: boolean): boolean {
    const value = this.raw[key];
    if (typeof value === "boolean") return value;
    if ((value === undefined || value === null) && fallback !== undefined) return fallback;
    throw this.wrong(key, "true or false", value);
  }

  /** One of some words. */
  oneOf<W extends string>(key: string, words: readonly W[], fallback?: W): W {
    const value = this.string(key, fallback);
    if (words.includes(value as W)) return value as W;
    throw this.wrong(key, `one of ${words.join(", ")}`, value);
  }

  /** A whole number >= 0. */
  count(key: string, fallback?: number): number {
    const value = this.raw[key];
    if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
    if (value === undefined && fallback !== undefined) return fallback;
    throw this.wrong(key, "a whole number", value);
  }

  array(key: string): unknown[] {
    const value = this.raw[key];
    if (Array.isArray(value)) return value;
    throw this.wrong(key, "an array", value);
  }

  /** The nested object `key` as its own part. */
  child(key: string): Fields {
    return new Fields(this.who, `${this.part}.${key}`, this.raw[key]);
  }

  /** The nested objects of array `key`. */
  children(key: string): Fields[] {
    return this.array(key).map((value, i) => new Fields(this.who, `${this.part}.${key}[${i}]`, value));
  }

  /** The error for a `type` that this library does not know. */
  unknownType(supported: readonly string[]): InputError {
    return new InputError(
      this.who,
      `\`${this.part}\` has the unknown type ${shown(this.raw.type)}`,
      `Supported there: ${supported.join(", ")}.`,
    );
  }

  /** An error about this part. */
  error(problem: string): InputError {
    return new InputError(this.who, problem, "Mend the file, or export it again with Hugging Face `tokenizers`.");
  }

  private wrong(key: string, wanted: string, value: unknown): InputError {
    return this.error(`\`${this.part}.${key}\` must be ${wanted}, got ${shown(value)}`);
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
