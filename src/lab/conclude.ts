import type { Table } from "../base/table.ts";
import type { Experiment } from "../config/experiment.ts";

/**
 * What a table shows, in one sentence: the system that finds most, by the mean of its first Recall@k over the query
 * fields, beside the baselines.
 */
export function conclude({ columns, rows }: Table, systems: Experiment["systems"]): string {
  const measure = columns.find((name) => /^recallAt\d+$/.test(name)) as string;
  const at = columns.indexOf(measure);
  const means = Object.keys(systems).map((name) => {
    const values = rows.filter((row) => row[0] === name).map((row) => row[at] as number);
    return { name, mean: values.reduce((sum, x) => sum + x, 0) / values.length };
  });
  const best = means.reduce((a, b) => (b.mean > a.mean ? b : a));
  const others = means.filter(
    ({ name }) => name !== best.name && ["bm25", "base", "endpoint"].includes(systems[name].kind),
  );
  const shown = (value: number): string => value.toFixed(3).replace(/^0/, "");
  const beside = others.map(({ name, mean }) => `${name} ${shown(mean)}`).join(", ");
  const fields = new Set(rows.map((row) => row[1])).size;
  const over = fields === 1 ? "" : `, on average over ${fields} query fields`;
  return `${best.name} finds most: R@${measure.slice("recallAt".length)} ${shown(best.mean)}${over}${beside && ` (${beside})`}.`;
}
