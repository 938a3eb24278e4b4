import type { Cell, Table } from "../../base/table.ts";
import { renderTable } from "../../eval/renderTable.ts";
import { tableCsv } from "../../eval/tableCsv.ts";
import type { Measured, Reproduction, ReproductionRow } from "./reproduction.ts";
import { reproductionPage } from "./reproductionPage.ts";

/** In which a reproduction is written. */
export type ReproductionFormat = "markdown" | "csv" | "latex" | "html";

/**
 * A reproduction for people (Markdown, LaTeX, a page of HTML with a figure): published, reproduced and corrected side by side, then ours with
 * intervals and the tests beside BM25, then what is to be known about them. For programs (CSV): one table, a column for
 * each figure and bound.
 */
export function renderReproduction(reproduction: Reproduction, format: ReproductionFormat): string {
  if (format === "csv") return tableCsv(wide(reproduction.rows));
  if (format === "html") return reproductionPage(reproduction);
  const { task, pool, rows, measured, tests, runId } = reproduction;
  const reasons = new Set(rows.flatMap(({ why }) => why.split("; ").filter((clause) => clause.includes(": "))));
  const notes = [...reproduction.notes, ...[...reasons].map(capitalized)];
  const ours = `Ours on ${pool.name}, with 95 % intervals over groups (run ${runId})`;
  const beside =
    "Beside BM25: difference of hit@10, its 95 % interval, p of a sign-flip permutation test, p after Holm";
  const parts: [string, Table][] = [
    [`${task}: published R@1/3/5/10, reproduced by the same protocol, corrected hit@1/3/5/10`, narrow(rows)],
    [ours, measured],
    ...(tests.rows.length > 0 ? [[beside, tests] as [string, Table]] : []),
  ];
  if (format === "markdown") {
    const tables = parts.map(([title, table]) => `${title}\n\n${renderTable(table, "markdown")}\n`);
    return `${tables.join("\n")}\n${notes.map((note) => `- ${note}\n`).join("")}`;
  }
  const tables = parts.map(([title, table]) => `% ${title}\n${renderTable(table, "latex")}\n`);
  return `${tables.join("\n")}\n${notes.map((note) => `% ${note}\n`).join("")}`;
}

/** One cell for the four figures of each side. */
function narrow(rows: readonly ReproductionRow[]): Table {
  const figures = (side: Measured | null): string =>
    side === null
      ? ""
      : Object.values(side.hitAt)
          .map(({ mean }) => short(mean))
          .join("/");
  const run = ({ reproduced }: ReproductionRow): string => reproduced?.runId?.slice(0, 8) ?? "";
  return {
    columns: ["data", "system", "published", "reproduced", "corrected", "run", "missing"],
    rows: rows.map((row) => {
      const { dataset, system, published, reproduced, corrected, why } = row;
      return [dataset, system, figures(published), figures(reproduced), figures(corrected), run(row), briefly(why)];
    }),
  };
}

function capitalized(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

/** What is missing, without the reason: that stands below the tables, once for each. */
function briefly(why: string): string {
  return why
    .split("; ")
    .map((clause) => clause.split(":")[0])
    .join("; ");
}

/** `.316`, as in the papers. */
function short(value: number): string {
  return value.toFixed(3).replace(/^0/, "");
}

const SIDES = ["published", "reproduced", "corrected"] as const;

/** A column for each figure. */
function wide(rows: readonly ReproductionRow[]): Table {
  const ks = Object.keys(rows[0]?.published?.hitAt ?? rows[0]?.reproduced?.hitAt ?? {});
  const names = (side: string): string[] => [
    `${side}Pool`,
    `${side}Searches`,
    ...ks.flatMap((k) => {
      const name = `${side}HitAt${k}`;
      return side === "published" ? [name] : [name, `${name}Low`, `${name}High`];
    }),
  ];
  const cells = (row: ReproductionRow, name: (typeof SIDES)[number]): Cell[] => {
    const side = row[name];
    const figures = ks.flatMap((k) => {
      const { mean, low, high } = side?.hitAt[k] ?? { mean: null, low: null, high: null };
      return name === "published" ? [mean] : [mean, low, high];
    });
    return [side?.pool ?? null, side?.searches ?? null, ...figures];
  };
  return {
    columns: ["dataset", "system", ...SIDES.flatMap(names), "source", "runId", "why"],
    rows: rows.map((row) => {
      const { dataset, system, published, reproduced, why } = row;
      const figures = SIDES.flatMap((side) => cells(row, side));
      return [dataset, system, ...figures, published?.source ?? null, reproduced?.runId ?? null, why];
    }),
  };
}
