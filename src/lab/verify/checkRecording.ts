import { sha256 } from "../../base/hash.ts";
import type { Difference } from "./difference.ts";
import { recordedEnvironment } from "./recordedEnvironment.ts";
import { recordedTable } from "./recordedTable.ts";
import type { Recording } from "./recording.ts";

/**
 * Where a record contradicts itself: a text that does not have its sha256, a figure that its table gives otherwise, data
 * that two places tell differently. None of it needs the run to be made again.
 */
export function checkRecording(record: Recording): Difference[] {
  return [...texts(record), ...figures(record), ...data(record)];
}

function texts({ files }: Recording): Difference[] {
  return [...files].flatMap(([name, { sha256: recorded, text }]): Difference[] => {
    if (text === undefined || sha256(text) === recorded) return [];
    return [{ what: "record", name: `${name} (sha256 of its text)`, recorded, found: sha256(text), within: false }];
  });
}

function figures(record: Recording): Difference[] {
  const { metrics } = record;
  const { columns, rows } = recordedTable(record, "tables/recall.json") ?? { columns: [], rows: [] };
  return rows.flatMap((row) =>
    columns.flatMap((column, j): Difference[] => {
      const name = `${row[0]}/${row[1]}/${column}`;
      const metric = metrics.get(name)?.at(-1)?.value;
      const cell = row[j];
      if (metric === undefined || typeof cell !== "number" || Object.is(metric, cell)) return [];
      return [{ what: "record", name: `${name} (beside its table)`, recorded: metric, found: cell, within: false }];
    }),
  );
}

function data(record: Recording): Difference[] {
  const recorded = recordedEnvironment(record).data ?? {};
  return record.datasets.flatMap(({ name, digest }): Difference[] => {
    const other = recorded[name];
    if (other === undefined || other.startsWith(digest)) return [];
    return [
      { what: "record", name: `data ${name} (beside its environment)`, recorded: digest, found: other, within: false },
    ];
  });
}
