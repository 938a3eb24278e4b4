import { textField } from "./fields.ts";
import type { SourceRow } from "./sourceRow.ts";

/** Whether a row may train: it names no `split`, or train, as people spell it. @throws {InputError} a `split` that is no text */
export function isTraining(row: SourceRow): boolean {
  return ["", "train", "training"].includes(textField(row, "split", "allow").toLowerCase());
}
