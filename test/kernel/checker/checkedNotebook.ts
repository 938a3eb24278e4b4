import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checker } from "../../../src/kernel/checker/checker.ts";
import { newRegistry } from "../../../src/kernel/checker/newRegistry.ts";
import type { CheckedCell } from "../../../src/kernel/checkerMessages.ts";

const registry = newRegistry();

/** A notebook in a folder of its own, whose cells are checked and, when they pass, count as run. */
export class CheckedNotebook {
  readonly folder: string;
  readonly checker: Checker;
  private cell = 0;

  /** @param folder  an existing folder; by default a new, empty one */
  constructor(folder: string = mkdtempSync(join(tmpdir(), "sulam-checker-"))) {
    this.folder = folder;
    this.checker = new Checker(folder, registry);
  }

  /** Checks a cell; it counts as run when it may run. */
  run(code: string): CheckedCell {
    const checked = this.checker.check(++this.cell, code);
    if (checked.js !== undefined) this.checker.commit(this.cell);
    return checked;
  }

  /** The first error of a cell, `2:7 Type 'string' is ...`; "" when it passes. */
  fault(code: string): string {
    const { places } = this.run(code);
    return places ? `${places[0]!.line}:${places[0]!.column} ${places[0]!.message}` : "";
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
