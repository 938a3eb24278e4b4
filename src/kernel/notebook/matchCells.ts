import { diffLines } from "./diffLines.ts";
import type { Cell } from "./notebook.ts";

/**
 * Which cell of `after` each cell of `before` became: by id, else by equal content, else (between the same neighbours)
 * by sharing at least half of its lines.
 *
 * @returns place in `before` to place in `after`; a cell that is gone is not in it
 */
export function matchCells(before: readonly Cell[], after: readonly Cell[]): Map<number, number> {
  const matches = new Map<number, number>();
  const taken = new Set<number>();
  const pair = (i: number, j: number): void => {
    matches.set(i, j);
    taken.add(j);
  };
  for (const key of [({ id, cell_type }: Cell) => `${cell_type} ${id}`, contentKey]) {
    const free = new Map<string, number[]>();
    for (const [j, cell] of after.entries())
      if (!taken.has(j)) free.set(key(cell), [...(free.get(key(cell)) ?? []), j]);
    for (const [i, cell] of before.entries()) {
      const j = matches.has(i) ? undefined : free.get(key(cell))?.shift();
      if (j !== undefined) pair(i, j);
    }
  }
  for (const [i, cell] of before.entries()) {
    if (matches.has(i)) continue;
    const from = Math.max(-1, ...[...matches].filter(([k]) => k < i).map(([, j]) => j)) + 1;
    for (let j = from; j < after.length && !taken.has(j); j++)
      if (isAlike(cell, after[j])) {
        pair(i, j);
        break;
      }
  }
  return matches;
}

function contentKey({ cell_type, source }: Cell): string {
  return JSON.stringify([cell_type, source]);
}

function isAlike(a: Cell, b: Cell): boolean {
  if (a.cell_type !== b.cell_type) return false;
  const [left, right] = [a, b].map(({ source }) => source.split("\n"));
  const kept = diffLines(left, right).filter(({ sign, text }) => sign === " " && text.trim() !== "").length;
  return kept > 0 && 2 * kept >= Math.max(left.length, right.length);
}
