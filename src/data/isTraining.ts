import { textField } from "./fields.ts";
import type { SourceRow } from "./sourceRow.ts";

/** Whether a row may train: it names no `split`, or train. @throws {InputError} a `split` that is no text */
export function isTraining(row: SourceRow): boolean {
  return ["", "train"].includes(textField(row, "split", "allow"));
}
