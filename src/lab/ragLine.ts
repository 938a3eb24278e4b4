import type { Cell } from "../base/table.ts";

/** What the metrics of a line of `ragTable` are called before their `/`, e.g. `zero-shot/query rag paragraphs 128`. */
export function ragLine([system, field, chunks]: readonly Cell[]): string {
  // names of metrics have no colon everywhere
  return `${system}/${field} rag ${`${chunks}`.replaceAll(":", " ")}`;
}
