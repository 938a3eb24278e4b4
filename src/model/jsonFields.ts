import { readFileSync } from "node:fs";
import { InputError } from "../base/errors.ts";

/**
 * A JSON object whose fields are read one by one and checked: a wrong one is reported with file, field and value.
 * A field that is `null` counts as absent, as Hugging Face writes it.
 */
export class JsonFields {
  readonly file: string;
  readonly raw: Readonly<Record<string, unknown>>;

  constructor(file: string, raw: Readonly<Record<string, unknown>>) {
    this.file = file;
    this.raw = raw;
  }

  /** @throws {InputError} when the file cannot be read, is not JSON, or is not an object */
  static read(file: string): JsonFields {
    return new JsonFields(file, asObject(file, readJson(file)));
  }

  has(name: string): boolean {
    return this.raw[name] !== undefined && this.raw[name] !== null;
  }

  /** A whole number >= 1. */
  count(name: string, fallback?: number): number {
    return this.field(name, "a whole number of 1 or more", isCount, fallback);
  }

  number(name: string, fallback?: number): number {
    return this.field(name, "a number", isNumber, fallback);
  }

  boolean(name: string, fallback?: boolean): boolean {
    return this.field(name, "true or false", isBoolean, fallback);
  }

  string(name: string, fallback?: string): string {
    return this.field(name, "a string", isString, fallback);
  }

  /** The object at `name`, or undefined when there is none. */
  object(name: string): JsonFields | undefined {
    if (!this.has(name)) return undefined;
    return new JsonFields(`${this.file} (${name})`, asObject(`${this.file} (${name})`, this.raw[name]));
  }

  private field<V>(name: string, wanted: string, fits: (value: unknown) => value is V, fallback?: V): V {
    const value = this.raw[name];
    if ((value === undefined || value === null) && fallback !== undefined) return fallback;
    if (fits(value)) return value;
    const came = value === undefined ? "it is missing" : `got ${JSON.stringify(value)}`;
    throw new InputError(this.file, `field \`${name}\` must be ${wanted}, ${came}`, "Mend the file.");
  }
}

/** The parsed content of a JSON file. @throws {InputError} when it cannot be read or parsed */
export function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const problem = code === "ENOENT" ? "there is no such file" : `cannot be read (${message})`;
    throw new InputError(file, problem, "Check the folder of the model.", { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(file, `is not JSON (${(cause as Error).message})`, "Fetch the file again.", { cause });
  }
}

function asObject(file: string, value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new InputError(file, `must hold a JSON object, got ${JSON.stringify(value)?.slice(0, 60)}`, "Mend the file.");
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isCount = (value: unknown): value is number => isNumber(value) && Number.isInteger(value) && value >= 1;
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isString = (value: unknown): value is string => typeof value === "string";
