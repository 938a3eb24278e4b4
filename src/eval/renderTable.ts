import type { Cell, Table } from "../base/table.ts";

/**
 * A table for people: `markdown`, `text` in columns of fixed width, or a `latex` tabular that needs no package. A measure with bounds becomes one column,
 * `.250 [.189, .311]`; names become those of the papers (R@1, MRR@10, nDCG@10); fractions have three digits,
 * and p values below .001 say just that.
 */
export function renderTable(table: Table, format: "markdown" | "text" | "latex"): string {
  const shown = table.columns.flatMap((name, j) => (bounded(table.columns, name) ? [] : [{ name, j }]));
  const isText = shown.map(({ j }) => table.rows.some((row) => typeof row[j] === "string"));
  const lines = [
    shown.map(({ name }) => title(name)),
    ...table.rows.map((row) => shown.map(({ name, j }) => cell(table, row, name, j))),
  ];
  if (format === "latex") return latex(lines, isText);
  for (const line of lines) for (const i of line.keys()) line[i] = line[i].replaceAll("|", "\\|");
  const widths = shown.map((_, i) => Math.max(3, ...lines.map((line) => length(line[i]))));
  const padded = lines.map((line) =>
    line.map((text, i) => {
      const space = " ".repeat(widths[i] - length(text));
      return isText[i] ? text + space : space + text;
    }),
  );
  if (format === "text") return padded.map((line) => line.join("  ").trimEnd()).join("\n");
  const rule = widths.map((width, i) => (isText[i] ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [padded[0], rule, ...padded.slice(1)].map((line) => `| ${line.join(" | ")} |`).join("\n");
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};

function latex(lines: readonly string[][], isText: readonly boolean[]): string {
  const escaped = (text: string): string => text.replace(/[\\~^&%$#_{}]/g, (sign) => escapes[sign] ?? `\\${sign}`);
  const [head, ...body] = lines.map((line) => `${line.map(escaped).join(" & ")} \\\\`);
  const columns = isText.map((text) => (text ? "l" : "r")).join("");
  const parts = [`\\begin{tabular}{${columns}}`, "\\hline", head, "\\hline", ...body, "\\hline", "\\end{tabular}"];
  return parts.join("\n");
}

/** Whether `name` is the bound of another column. */
function bounded(columns: readonly string[], name: string): boolean {
  const measure = /^(.+)(Low|High)$/.exec(name)?.[1];
  return measure !== undefined && columns.includes(measure);
}

function title(name: string): string {
  return name
    .replace(/^recallAt(\d+)$/, "R@$1")
    .replace(/^chunkRecallAt(\d+)$/, "passage R@$1")
    .replace(/^documentRecallAt(\d+)$/, "document R@$1")
    .replace(/^answerHitAt(\d+)$/, "answer hit@$1")
    .replace(/^precisionAt(\d+)$/, "P@$1")
    .replace(/^hitAt(\d+)$/, "hit@$1")
    .replace(/^mapAt(\d+)$/, "MAP@$1")
    .replace(/^mrrAt(\d+)$/, "MRR@$1")
    .replace(/^ndcgAt(\d+)$/, "nDCG@$1");
}

function cell({ columns }: Table, row: readonly Cell[], name: string, j: number): string {
  const low = columns.indexOf(`${name}Low`);
  const high = columns.indexOf(`${name}High`);
  const isMeasure = low >= 0 || /At\d+$/.test(name);
  if (/^p(Holm)?$/.test(name) && typeof row[j] === "number" && row[j] < 0.001) return "<.001";
  const text = plain(row[j], isMeasure);
  return low < 0 || high < 0 || row[low] === null || row[high] === null
    ? text
    : `${text} [${plain(row[low], true)}, ${plain(row[high], true)}]`;
}

function plain(value: Cell, isMeasure: boolean): string {
  if (value === null) return "";
  if (typeof value !== "number") return String(value);
  if (Number.isInteger(value) && !isMeasure) return String(value);
  return value.toFixed(3).replace(/^(-?)0\./, "$1.");
}

/** In characters, not UTF-16 units. */
function length(text: string): number {
  return [...text].length;
}
