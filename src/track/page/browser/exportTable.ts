import { csvLine, numberText } from "./csvLine.ts";
import { bestOf, type Cell, cellNumber, cellText, type PlainTable, type ShownColumn } from "./measures.ts";

/** A table in Markdown, the best of each measure in bold. */
export function toMarkdown(table: PlainTable, columns: readonly ShownColumn[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const escaped = (text: string): string => text.replace(/[\\|*_`<>[\]]/g, "\\$&").replace(/\s*\n\s*/g, " ");
  const body = table.rows.map((row) =>
    line(
      columns.map((column) =>
        isBest(table, row, column)
          ? `**${plain(row, column)}**`
          : column.isNumber
            ? plain(row, column)
            : escaped(plain(row, column)),
      ),
    ),
  );
  const rule = columns.map(({ isNumber }) => (isNumber ? "---:" : "---"));
  return `${[line(columns.map(({ title }) => escaped(title))), line(rule), ...body].join("\n")}\n`;
}

/** A table in CSV: all its columns under their own names, with numbers in full precision. */
export function toCsv({ columns, rows }: PlainTable): string {
  const cell = (value: Cell): string | null =>
    value === null ? null : typeof value === "number" ? numberText(value) : String(value);
  return [columns, ...rows.map((row) => row.map(cell))].map(csvLine).join("");
}

/** A table in LaTeX (package booktabs), the best of each measure in bold. */
export function toLatex(table: PlainTable, columns: readonly ShownColumn[]): string {
  const line = (cells: readonly string[]): string => `${cells.join(" & ")} \\\\`;
  const body = table.rows.map((row) =>
    line(
      columns.map((column) => {
        const text = latexText(plain(row, column));
        return isBest(table, row, column) ? `\\textbf{${text}}` : text;
      }),
    ),
  );
  return `${[
    `\\begin{tabular}{${columns.map(({ isNumber }) => (isNumber ? "r" : "l")).join("")}}`,
    "\\toprule",
    line(columns.map(({ title }) => latexText(title))),
    "\\midrule",
    ...body,
    "\\bottomrule",
    "\\end{tabular}",
  ].join("\n")}\n`;
}

const LATEX: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "∞": "$\\infty$",
  "−": "$-$",
  "±": "$\\pm$",
};

function latexText(text: string): string {
  return text.replace(/[\\~^<>∞−±]|[&%$#_{}]/g, (sign) => LATEX[sign] ?? `\\${sign}`).replace(/\s*\n\s*/g, " ");
}

function plain(row: readonly Cell[], column: ShownColumn): string {
  return cellText(row, column);
}

function isBest(table: PlainTable, row: readonly Cell[], column: ShownColumn): boolean {
  const best = bestOf(table.rows, column);
  return best !== null && cellNumber(row[column.at]) === best;
}
