import { InputError } from "../../base/errors.ts";
import type { Notebook } from "./notebook.ts";

/** @throws {InputError} none of the notebook's code cells has run, so that there is nothing to compare a run with */
export function needOutputs({ cells }: Notebook, who: string): void {
  const code = cells.filter((cell) => cell.cell_type === "code");
  if (code.length === 0) return;
  if (code.some(({ execution_count, outputs }) => execution_count !== null || outputs.length > 0)) return;
  throw new InputError(who, "has no stored outputs to compare with", "Run it without --check first, and look at them.");
}
