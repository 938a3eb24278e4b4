import type { Cell, Table } from "../../base/table.ts";
import { isSystemMetric } from "../../track/system/isSystemMetric.ts";
import { ragLine } from "../ragLine.ts";
import { WEIGHTS_TAG } from "../weightsTag.ts";
import type { Difference } from "./difference.ts";
import { recordedTable } from "./recordedTable.ts";
import type { RecordedPoint, Recording } from "./recording.ts";

/** How strictly to compare. */
export interface CompareOptions {
  /** Greatest difference of a number: absolute up to 1, relative above. Two queries of a line are always allowed. */
  tolerance: number;
  /** Whether the machines are alike, so that the same bits are promised. */
  sameMachine: boolean;
  /** Params that may differ: they name data and models that lie elsewhere than the record says. */
  moved?: readonly string[];
}

/** Speeds depend on what else the machine does. */
const TIMED = /\/tokensPerSecond$/;
/** Of these only the content of the run is told elsewhere: what it was made in, and the seal of its weights. */
const LEFT_OUT = /^(source\/|models\/[^/]+\.json$)/;

/**
 * Whatever of a run made again is not bit for bit what the record says: data, settings, every metric at every step,
 * weights by their sha256, tables, files. Only speeds, and what was sampled of the machine, are left out.
 *
 * Where the same bits are promised (machines alike, and the weights have come out the same) nothing else is within the
 * tolerance. Weights that differ are within it only when what was measured in training differs, too.
 */
export function compareRecordings(recorded: Recording, found: Recording, options: CompareOptions): Difference[] {
  const weights = weightDifferences(recorded, found);
  const slack = options.sameMachine && weights.length === 0 ? undefined : slackOf(recorded, options.tolerance);
  const metrics = metricDifferences(recorded, found, slack);
  const moved = metrics.length > 0;
  return [
    ...dataDifferences(recorded, found),
    ...givenDifferences(recorded, found),
    ...configDifferences(recorded, found, options.moved ?? []),
    ...metrics,
    ...weights.map((difference) => ({ ...difference, within: moved && both(difference) })),
    ...fileDifferences(recorded, found, slack),
  ];
}

/** How far a number may be off; for a line of a table, `system/field` or `ragLine`, by the line's queries. Undefined: not at all. */
type Slack = ((line: string) => number) | undefined;

function slackOf(record: Recording, tolerance: number): Slack {
  const [recall, rag] = ["tables/recall.json", "tables/rag.json"].map((path) => recordedTable(record, path));
  const queries = new Map([
    ...queriesOf(recall, ([system, field]) => `${system}/${field}`),
    ...queriesOf(rag, ragLine),
  ]);
  return (line) => Math.max(tolerance, 2 / (queries.get(line) ?? Number.POSITIVE_INFINITY));
}

/** What a table calls the number of its line's queries. */
const QUERIES = /^(queries|questions)$/;

function queriesOf(table: Table | undefined, line: (row: readonly Cell[]) => string): [string, number][] {
  const at = table?.columns.findIndex((name) => QUERIES.test(name)) ?? -1;
  return at < 0 ? [] : table!.rows.map((row) => [line(row), Number(row[at])]);
}

function near(a: number, b: number, slack: number): boolean {
  // .55 - .5 is a little more than 2 / 40
  return Math.abs(a - b) <= slack * (1 + 1e-9) * Math.max(1, Math.abs(a), Math.abs(b));
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function both({ recorded, found }: Difference): boolean {
  return recorded !== null && found !== null;
}

function keysOf<V>(a: ReadonlyMap<string, V>, b: ReadonlyMap<string, V>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].sort();
}

function dataDifferences(recorded: Recording, found: Recording): Difference[] {
  const digests = ({ datasets }: Recording) => new Map(datasets.map(({ name, digest }) => [name, digest]));
  return differ("data", digests(recorded), digests(found));
}

/** Weights of the models that the run was given: read from files, they are the same on every machine. */
function givenDifferences(recorded: Recording, found: Recording): Difference[] {
  const digests = ({ tags }: Recording) =>
    new Map(
      Object.entries(tags)
        .filter(([key]) => key.startsWith(WEIGHTS_TAG))
        .map(([key, digest]) => [key.slice(WEIGHTS_TAG.length), digest]),
    );
  // runs from before there were these tags
  return digests(recorded).size === 0 ? [] : differ("weights", digests(recorded), digests(found));
}

function configDifferences(recorded: Recording, found: Recording, moved: readonly string[]): Difference[] {
  const params = (run: Recording) => new Map(Object.entries(run.params).filter(([key]) => !moved.includes(key)));
  return differ("config", params(recorded), params(found));
}

function weightDifferences(recorded: Recording, found: Recording): Difference[] {
  const hashes = ({ files }: Recording) =>
    new Map([...files].filter(([path]) => isWeights(path)).map(([path, { sha256 }]) => [path, sha256]));
  return differ("weights", hashes(recorded), hashes(found));
}

function isWeights(path: string): boolean {
  return path.startsWith("models/") && path.endsWith(".safetensors");
}

/** What two maps of texts do not agree on; nothing of it is within a tolerance. */
function differ(what: Difference["what"], a: Map<string, string>, b: Map<string, string>): Difference[] {
  return keysOf(a, b).flatMap((name): Difference[] => {
    const [recorded, found] = [a.get(name) ?? null, b.get(name) ?? null];
    return recorded === found ? [] : [{ what, name, recorded, found, within: false }];
  });
}

function metricDifferences(recorded: Recording, found: Recording, slack: Slack): Difference[] {
  const keys = keysOf(recorded.metrics, found.metrics).filter((key) => !TIMED.test(key) && !isSystemMetric(key));
  return keys.flatMap((key) => {
    const [before, now] = [recorded.metrics.get(key) ?? [], found.metrics.get(key) ?? []];
    const line = key.split("/").slice(0, 2).join("/");
    const most = Math.max(before.length, now.length);
    return Array.from({ length: most }, (_, i) => pointDifference(key, [before[i], now[i]], slack?.(line))).flat();
  });
}

function pointDifference(
  key: string,
  [a, b]: [RecordedPoint | undefined, RecordedPoint | undefined],
  slack: number | undefined,
): Difference[] {
  if (a !== undefined && b !== undefined && a.step === b.step && isSame(a.value, b.value)) return [];
  const name = `${key} at step ${(a ?? b)?.step}`;
  const within = a?.step === b?.step && slack !== undefined && near(a!.value, b!.value, slack);
  return [{ what: "metric", name, recorded: a?.value ?? null, found: b?.value ?? null, within }];
}

function fileDifferences(recorded: Recording, found: Recording, slack: Slack): Difference[] {
  const paths = keysOf(recorded.files, found.files).filter(
    (path) => !LEFT_OUT.test(path) && !isWeights(path) && path !== "experiment.json",
  );
  return paths.flatMap((path): Difference[] => {
    const [before, now] = [recorded.files.get(path), found.files.get(path)];
    if (before?.sha256 === now?.sha256) return [];
    const [a, b] = [recordedTable(recorded, path), recordedTable(found, path)];
    const what = path.startsWith("tables/") ? "table" : "file";
    // ranks of single queries move freely, and of a large table the record has the sha256 alone
    const isCompared = slack !== undefined && path !== "tables/perQuery.json" && a !== undefined && b !== undefined;
    if (isCompared && what === "table") return cellDifferences(path, [a, b], slack);
    const within = slack !== undefined && before !== undefined && now !== undefined;
    return [{ what, name: path, recorded: before?.sha256 ?? null, found: now?.sha256 ?? null, within }];
  });
}

function cellDifferences(path: string, [a, b]: [Table, Table], slack: (line: string) => number): Difference[] {
  const isAlike = JSON.stringify(a.columns) === JSON.stringify(b.columns) && a.rows.length === b.rows.length;
  if (!isAlike)
    return [{ what: "table", name: `${path}, its form`, recorded: a.rows.length, found: b.rows.length, within: false }];
  const queries = a.columns.findIndex((name) => QUERIES.test(name));
  return a.rows.flatMap((row, i) =>
    row.flatMap((recorded, j): Difference[] => {
      const other = b.rows[i][j];
      if (recorded === other) return [];
      const allowed = queries < 0 ? slack("") : Math.max(slack(""), 2 / Number(row[queries]));
      const within = typeof recorded === "number" && typeof other === "number" && near(recorded, other, allowed);
      return [{ what: "table", name: `${path} row ${i} ${a.columns[j]}`, recorded, found: other, within }];
    }),
  );
}
