import { InputError } from "../base/errors.ts";
import { EXPORT_SCHEMA, type ExportLine } from "./exportRun.ts";

/** The type of each field; `?` for those that may be absent. */
const FIELDS: Readonly<Record<ExportLine["type"], Readonly<Record<string, string>>>> = {
  run: {
    schema: "number",
    runId: "string",
    name: "string",
    experiment: "string",
    status: "string",
    startTime: "number",
  },
  param: { key: "string", value: "string" },
  tag: { key: "string", value: "string" },
  metric: { key: "string", step: "number", timestamp: "number" },
  dataset: { name: "string", digest: "string", source: "string" },
  artifact: { path: "string", size: "number", sha256: "string", created: "number", text: "string?" },
};
const STATUSES = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED", "CRASHED"];
const NON_FINITE = ["NaN", "Infinity", "-Infinity"];

/**
 * A line of an exported run whose fields have the right types.
 *
 * @param who what errors call the line, e.g. `run.jsonl:3`
 * @throws {InputError} an unknown type, a field of another type, a schema that this version does not know
 */
export function checkExportLine(value: unknown, who: string): ExportLine {
  const refuse = (problem: string): never => {
    throw new InputError(who, problem, "Use a file that `npx sulam runs export` wrote.");
  };
  const line = (value ?? {}) as Record<string, unknown>;
  const fields = FIELDS[line.type as ExportLine["type"]] ?? refuse(`unknown type ${JSON.stringify(line.type)}`);
  for (const [field, type] of Object.entries(fields)) {
    if (line[field] === undefined && type.endsWith("?")) continue;
    if (typeof line[field] !== type.replace("?", ""))
      refuse(`field \`${field}\` must be a ${type.replace("?", "")}, got ${JSON.stringify(line[field])}`);
  }
  if (line.type === "metric" && typeof line.value !== "number" && !NON_FINITE.includes(line.value as string))
    refuse(`field \`value\` must be a number, got ${JSON.stringify(line.value)}`);
  if (line.type !== "run") return line as ExportLine;
  if ((line.schema as number) > EXPORT_SCHEMA)
    refuse(`the export has schema ${line.schema}, this sulam knows ${EXPORT_SCHEMA}`);
  if (!/^[0-9a-f]{32}$/.test(line.runId as string)) refuse("field `runId` must be 32 hex digits");
  if (!STATUSES.includes(line.status as string)) refuse(`unknown status ${JSON.stringify(line.status)}`);
  if (line.endTime !== null && typeof line.endTime !== "number") refuse("field `endTime` must be a number or null");
  return line as ExportLine;
}
