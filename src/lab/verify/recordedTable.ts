import type { Table } from "../../base/table.ts";
import { tableFromJson } from "../../track/tableJson.ts";
import type { Recording } from "./recording.ts";

/** The table of an artifact `tables/NAME.json`; undefined where the record has no text of it, or none that is a table. */
export function recordedTable({ files }: Recording, path: string): Table | undefined {
  const text = files.get(path)?.text;
  if (text === undefined) return undefined;
  try {
    return tableFromJson(text);
  } catch {
    return undefined;
  }
}
