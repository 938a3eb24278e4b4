import type { Commitment, KeptCell, NameKind } from "../checkerMessages.ts";
import type { ParsedCell } from "./parseCell.ts";

/** A cell that has run, as a virtual module. */
interface CommittedCell {
  /** Number of the cell. */
  cell: number;
  isJsx: boolean;
  /** The module's text. */
  text: string;
  /** Cells that its text imports from. */
  needs: number[];
  globalEffects: Set<string>;
  /** Live names and cells that hold it in memory. */
  uses: number;
}

/** A checked cell as it would be committed. */
export interface CheckedModule extends Pick<CommittedCell, "isJsx" | "text" | "needs" | "globalEffects"> {
  declared: ReadonlyMap<string, NameKind>;
}

/** The start of every virtual module's file name; no file of a project is called so. */
export const CELL_PREFIX = "sulam~cell";

/**
 * Which name means which cell. A cell's module imports just the names that it mentions, each from the last cell that
 * declared it; a cell of which no name is live any more, and that none such needs, is forgotten. So neither the program
 * to check nor the memory grows with the number of cells.
 */
export class Scope {
  private readonly cells = new Map<number, CommittedCell>();
  private readonly names = new Map<string, { cell: number; kind: NameKind }>();
  private forgotten: number[] = [];

  /** The text of a committed cell's module, undefined when it is forgotten. */
  module(cell: number): { text: string; isJsx: boolean } | undefined {
    return this.cells.get(cell);
  }

  /** Every name in scope, with the cell that declared it. */
  live(): ReadonlyMap<string, { cell: number; kind: NameKind }> {
    return this.names;
  }

  /** Cells that change the program as a whole, without those of which `next` repeats all effects. */
  roots(next?: ReadonlySet<string>): number[] {
    return [...this.cells.values()]
      .filter(({ globalEffects }) => globalEffects.size > 0 && ![...globalEffects].every((one) => next?.has(one)))
      .map(({ cell }) => cell);
  }

  /**
   * One line of declarations that brings earlier cells' names into a cell. An import keeps documentation, overloads and
   * a name's being both type and value; a `let` comes as a declared variable, since an import cannot be assigned.
   */
  imports({ mentioned, declared }: Pick<ParsedCell, "mentioned" | "declared">): { line: string; needs: number[] } {
    const byCell = new Map<number, string[]>();
    const variables: string[] = [];
    for (const name of mentioned) {
      const found = declared.has(name) ? undefined : this.names.get(name);
      if (!found) continue;
      const from = byCell.get(found.cell) ?? [];
      byCell.set(found.cell, from);
      if (found.kind !== "variable") from.push(name);
      else variables.push(`declare let ${name}: typeof import("./${CELL_PREFIX}${found.cell}").${name};`);
    }
    const lines = [...byCell]
      .filter(([, names]) => names.length > 0)
      .map(([cell, names]) => `import { ${names.join(", ")} } from "./${CELL_PREFIX}${cell}";`);
    return { line: [...lines, ...variables].join(" "), needs: [...byCell.keys()] };
  }

  commit(cell: number, module: CheckedModule): Commitment {
    const { isJsx, text, needs, globalEffects, declared } = module;
    const replaced = [...this.cells.values()].filter(
      (old) => old.globalEffects.size > 0 && [...old.globalEffects].every((one) => globalEffects.has(one)),
    );
    const uses = globalEffects.size > 0 ? 1 : 0;
    this.cells.set(cell, { cell, isJsx, text, needs, globalEffects, uses });
    for (const need of needs) this.hold(need);
    for (const [name, kind] of declared) {
      const old = this.names.get(name);
      this.names.set(name, { cell, kind });
      this.hold(cell);
      if (old) this.release(old.cell);
    }
    for (const old of replaced) {
      old.globalEffects = new Set();
      this.release(old.cell);
    }
    if (this.cells.get(cell)?.uses === 0) this.forget(cell);
    const { forgotten } = this;
    this.forgotten = [];
    const plain = { cell, isJsx, text, needs, globalEffects: [...globalEffects], declared: [...declared] };
    return { kept: this.cells.has(cell) ? plain : null, forgotten };
  }

  /** Commits again what another scope kept, in the same order. */
  restore(kept: readonly KeptCell[]): void {
    for (const { cell, globalEffects, declared, ...rest } of kept)
      this.commit(cell, { ...rest, globalEffects: new Set(globalEffects), declared: new Map(declared) });
  }

  private hold(cell: number): void {
    const held = this.cells.get(cell);
    if (held) held.uses++;
  }

  private release(cell: number): void {
    const held = this.cells.get(cell);
    if (held && --held.uses === 0) this.forget(cell);
  }

  private forget(cell: number): void {
    const { needs } = this.cells.get(cell)!;
    this.cells.delete(cell);
    this.forgotten.push(cell);
    for (const need of needs) this.release(need);
  }
}
