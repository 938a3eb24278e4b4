import type { Table } from "../../base/table.ts";
import { readPublished } from "../../data/readPublished.ts";

/** The paper's tables: what there is to reproduce. Columns task, dataset, pool, scored, results (published models). */
export async function paperTables(): Promise<Table> {
  const results = [...(await readPublished("similarity")), ...(await readPublished("rag"))];
  const tables = new Map<string, { head: [string, string, number, number]; results: number }>();
  for (const { task, dataset, pool, scored } of results) {
    const key = JSON.stringify([task, dataset, pool, scored]);
    const table = tables.get(key) ?? { head: [task, dataset, pool, scored], results: 0 };
    tables.set(key, table);
    table.results++;
  }
  return {
    columns: ["task", "dataset", "pool", "scored", "results"],
    rows: [...tables.values()].map(({ head, results: count }) => [...head, count]),
  };
}
