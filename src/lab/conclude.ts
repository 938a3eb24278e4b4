import type { Table } from "../base/table.ts";
import type { Experiment } from "../config/experiment.ts";

interface Mean {
  name: string;
  mean: number;
}

/**
 * What a table shows, in one sentence: the system that finds most, by the mean of its first Recall@k over the query
 * fields, beside the baselines; beside the best other one, too, where it is a baseline.
 */
export function conclude({ columns, rows }: Table, systems: Experiment["systems"]): string {
  const measure = columns.find((name) => /^recallAt\d+$/.test(name)) as string;
  const at = columns.indexOf(measure);
  const means = Object.keys(systems).map((name) => {
    const values = rows.filter((row) => row[0] === name).map((row) => row[at] as number);
    return { name, mean: values.reduce((sum, x) => sum + x, 0) / values.length };
  });
  const most = (a: Mean, b: Mean): Mean => (b.mean > a.mean ? b : a);
  const isBaseline = ({ name }: Mean): boolean => ["bm25", "base", "endpoint"].includes(systems[name].kind);
  const best = means.reduce(most);
  // where a baseline finds most, the best of what was trained is what its reader asks for next
  const made = means.filter((one) => !isBaseline(one));
  const next = isBaseline(best) && made.length > 0 ? made.reduce(most) : undefined;
  const others = means.filter((one) => one !== best && (isBaseline(one) || one === next));
  const shown = (value: number): string => value.toFixed(3).replace(/^0/, "");
  const beside = others.map(({ name, mean }) => `${name} ${shown(mean)}`).join(", ");
  const fields = new Set(rows.map((row) => row[1])).size;
  const over = fields === 1 ? "" : `, on average over ${fields} query fields`;
  return `${best.name} finds most: R@${measure.slice("recallAt".length)} ${shown(best.mean)}${over}${beside && ` (${beside})`}.`;
}
