import { type Command, InvalidArgumentError } from "commander";
import type { FieldNames } from "../data/collect/collectRow.ts";

/** What a command that reads foreign rows can be told about them. */
export interface FieldOptions {
  passage?: string;
  query?: string[];
  id?: string;
  group?: string;
  near: number | null;
}

/** Adds the options of `FieldOptions` to a command. */
export function addFieldOptions(command: Command): Command {
  const passages = "passage, text, context, content, body, document or positive";
  return addNearOption(
    command
      .option("--passage <FIELD>", `the field that holds the text (default: the first there is of ${passages})`)
      .option("--query <FIELD,...>", "fields that hold queries (default: query, question and title)", fieldList)
      .option("--id <FIELD>", "the field that names a row (default: id)")
      .option("--group <FIELD>", "rows that belong together share it (default: group, else topic)"),
  );
}

/** Adds `--near`. */
export function addNearOption(command: Command): Command {
  return command.option(
    "--near <J>",
    "passages are alike from this Jaccard similarity of their three-word shingles; off: only equal ones",
    nearness,
    0.8,
  );
}

/** The fields that were named. */
export function fieldNames({ passage, query, id, group }: FieldOptions): FieldNames {
  return { passage, queries: query, id, group };
}

function fieldList(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.some((name) => name === "")) throw new InvalidArgumentError("It must be names, with commas between.");
  return names;
}

function nearness(text: string): number | null {
  if (text === "off") return null;
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value <= 1))
    throw new InvalidArgumentError("It must be above 0 and at most 1, or off.");
  return value;
}
