import { isDeepStrictEqual } from "node:util";
import { type DiffLine, diffLines } from "./diffLines.ts";
import { htmlText } from "./htmlText.ts";
import { matchCells } from "./matchCells.ts";
import type { Cell, Notebook, Output } from "./notebook.ts";
import { steadyCellMetadata, steadyMetadata } from "./stripNotebook.ts";
import { withoutAnsi } from "./withoutAnsi.ts";
import { withoutDefaults } from "./withoutDefaults.ts";

/** What happened to one cell. Numbers are places from 1; null where the cell is not. */
export interface CellChange {
  change: "added" | "removed" | "changed" | "moved";
  before: number | null;
  after: number | null;
  cellType: string;
  /** The source's lines; only those of a cell whose source changed, or that came or went. */
  source: DiffLine[];
  /** The outputs as text; only when they changed. */
  outputs: DiffLine[];
  /** Names of the metadata fields that differ. */
  metadata: string[];
}

/** How two notebooks differ; nothing at all when `cells` and `metadata` are empty. */
export interface NotebookDiff {
  cells: CellChange[];
  metadata: string[];
}

/**
 * Compares two notebooks cell by cell, in the order of `after`. Ids, execution counts, what a run or an editor leaves in
 * the metadata, and in how many pieces a stream came are no difference.
 */
export function diffNotebooks(before: Notebook, after: Notebook): NotebookDiff {
  const matches = matchCells(before.cells, after.cells);
  const origin = new Map([...matches].map(([i, j]) => [j, i]));
  const staying = longestRise([...matches].sort(([a], [b]) => a - b).map(([, j]) => j));
  const cells: CellChange[] = [];
  const remove = (i: number): number => cells.push(whole("removed", before.cells[i], { before: i + 1, after: null }));
  let next = 0;
  for (const [j, cell] of after.cells.entries()) {
    const i = origin.get(j);
    if (i === undefined) {
      cells.push(whole("added", cell, { before: null, after: j + 1 }));
      continue;
    }
    // what was removed is told where it stood
    for (; next <= i; next++) if (!matches.has(next)) remove(next);
    const change = compareCells(before.cells[i], cell);
    const isMoved = !staying.has(j);
    const isChanged = change.source.length + change.outputs.length + change.metadata.length > 0;
    if (isMoved || isChanged)
      cells.push({
        ...change,
        change: isChanged ? "changed" : "moved",
        before: i + 1,
        after: j + 1,
        cellType: cell.cell_type,
      });
  }
  for (; next < before.cells.length; next++) if (!matches.has(next)) remove(next);
  return { cells, metadata: changedFields(...metadataOf(before, after)) };
}

/** Each run writes the kernel's `language_info` again: of that only another language is a difference. */
function metadataOf(before: Notebook, after: Notebook): [Record<string, unknown>, Record<string, unknown>] {
  const [a, b] = [steadyMetadata(before), steadyMetadata(after)];
  const [left, right] = [a, b].map(({ language_info: info }) => (info as { name?: unknown } | undefined)?.name);
  const isOther = left !== undefined && right !== undefined && left !== right;
  return isOther
    ? [a, b]
    : [
        { ...a, language_info: null },
        { ...b, language_info: null },
      ];
}

function whole(change: "added" | "removed", cell: Cell, place: Pick<CellChange, "before" | "after">): CellChange {
  const sign = change === "added" ? "+" : "-";
  const source: DiffLine[] = cell.source.split("\n").map((text) => ({ sign, text }));
  return { change, ...place, cellType: cell.cell_type, source, outputs: [], metadata: [] };
}

function compareCells(a: Cell, b: Cell): Pick<CellChange, "source" | "outputs" | "metadata"> {
  const [left, right] = [outputsOf(a), outputsOf(b)];
  const areSame = isDeepStrictEqual(left.map(withoutCount), right.map(withoutCount));
  const [before, after] = [left, right].map((outputs) => outputs.flatMap(outputLines));
  const lines = areSame ? [] : diffLines(before, after);
  const isVisible = lines.some(({ sign }) => sign !== " ");
  return {
    source: a.source === b.source ? [] : diffLines(a.source.split("\n"), b.source.split("\n")),
    // such as another picture of the same name
    outputs: areSame || isVisible ? lines : [...lines, { sign: "+", text: "(the same text, other data)" }],
    metadata: changedFields(withoutDefaults(steadyCellMetadata(a)), withoutDefaults(steadyCellMetadata(b))),
  };
}

/** The outputs of a cell, with what one stream wrote in succession as one. */
function outputsOf(cell: Cell): readonly Output[] {
  const joined: Output[] = [];
  for (const output of cell.cell_type === "code" ? cell.outputs : []) {
    const last = joined.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name)
      joined.splice(-1, 1, { ...last, text: last.text + output.text });
    else joined.push(output);
  }
  return joined;
}

function withoutCount(output: Output): Output {
  return output.output_type === "execute_result" ? { ...output, execution_count: null } : output;
}

function outputLines(output: Output): string[] {
  if (output.output_type === "stream") return withoutAnsi(output.text).trimEnd().split("\n");
  if (output.output_type === "error") return [`${output.ename}: ${output.evalue}`];
  const { data } = output;
  const types = `[${Object.keys(data).sort().join(", ")}]`;
  if (typeof data["text/html"] === "string") return [types, ...htmlText(data["text/html"]).split("\n")];
  return typeof data["text/plain"] === "string" ? [types, ...data["text/plain"].split("\n")] : [types];
}

function changedFields(a: Record<string, unknown>, b: Record<string, unknown>): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return names.filter((name) => !isDeepStrictEqual(a[name], b[name]));
}

/** The values of a longest increasing subsequence: cells that kept their order; the fewest others count as moved. */
function longestRise(values: readonly number[]): Set<number> {
  const length: number[] = [];
  const previous: number[] = [];
  let last = -1;
  for (const [i, value] of values.entries()) {
    length[i] = 1;
    previous[i] = -1;
    for (let k = 0; k < i; k++)
      if (values[k] < value && length[k] + 1 > length[i]) [length[i], previous[i]] = [length[k] + 1, k];
    if (last < 0 || length[i] > length[last]) last = i;
  }
  const rise = new Set<number>();
  for (let i = last; i >= 0; i = previous[i]) rise.add(values[i]);
  return rise;
}
