import { InputError } from "../../base/errors.ts";
import { sha256 } from "../../base/hash.ts";
import { joinBundle, joinLines } from "./multiline.ts";
import type { Cell, Notebook, Output } from "./notebook.ts";

type Fields = Record<string, unknown>;

/** Keys that a program adds while a notebook is open, and that no file should have (nbformat drops them too). */
const transientKeys = ["orig_nbformat", "orig_nbformat_minor", "signature"];

/**
 * Reads the text of a notebook, nbformat 4.0 to 4.5 (and later minors, kept as they are). Cells without an id, or with
 * one that an earlier cell has, get one made of their place and content, so that reading twice gives the same.
 *
 * @param who the file, for the error
 * @throws {InputError} no JSON, another major version, a field that is missing or of a wrong type
 */
export function parseNotebook(text: string, who: string): Notebook {
  const fail = (problem: string, todo = "Open it in Jupyter and save it again, or take an earlier version."): never => {
    throw new InputError(who, problem, todo);
  };
  let value: unknown;
  try {
    value = parseJson(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    return fail(`is not a notebook: it is not JSON (${(error as Error).message})`);
  }
  if (!isFields(value) || typeof value.nbformat !== "number")
    return fail("is not a notebook: a JSON object with `nbformat` is wanted");
  const { nbformat, nbformat_minor: minor } = value;
  if (nbformat !== 4)
    return fail(
      `has nbformat ${nbformat}, only version 4 can be read`,
      "Convert it: jupyter nbconvert --to notebook --nbformat 4 FILE",
    );
  if (typeof minor !== "number") fail("lacks `nbformat_minor`");
  const { cells } = value;
  if (!Array.isArray(cells)) return fail("lacks the list `cells`");
  if (value.metadata !== undefined && !isFields(value.metadata)) fail("`metadata` is not an object");
  const metadata = { ...((value.metadata as Fields) ?? {}) };
  for (const key of transientKeys) delete metadata[key];
  const ids = new Set<string>();
  return {
    ...value,
    nbformat,
    nbformat_minor: Math.max(5, minor as number),
    metadata,
    cells: cells.map((cell, i) => {
      const read = readCell(cell, (problem) => fail(`cell ${i + 1}: ${problem}`));
      const id = freeId(read, i, ids);
      ids.add(id);
      return { ...read, id };
    }),
  };
}

/** JSON, and Python's words for numbers that JSON lacks (papermill and pandas write them): these become null. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const without = text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (found) =>
      found.startsWith('"') ? found : "null",
    );
    if (without === text) throw error;
    return JSON.parse(without);
  }
}

type Fail = (problem: string) => never;

function readCell(cell: unknown, fail: Fail): Cell {
  if (!isFields(cell)) return fail("is not an object");
  const { cell_type: type, metadata = {}, source: lines = "" } = cell;
  if (type !== "code" && type !== "markdown" && type !== "raw")
    return fail(`\`cell_type\` is ${JSON.stringify(type)}, wanted "code", "markdown" or "raw"`);
  const source = joinLines(lines);
  if (typeof source !== "string") return fail("`source` is neither a text nor a list of lines");
  if (!isFields(metadata)) return fail("`metadata` is not an object");
  const { trusted: _, ...kept } = metadata;
  const common = { ...cell, metadata: kept, source, id: typeof cell.id === "string" ? cell.id : "" };
  if (type !== "code") {
    const { attachments } = cell;
    if (attachments === undefined) return { ...common, cell_type: type };
    if (!isFields(attachments)) return fail("`attachments` is not an object");
    const read = ([name, bundle]: [string, unknown]): [string, Fields] =>
      isFields(bundle) ? [name, joinBundle(bundle)] : fail(`the attachment ${name} is not an object`);
    return { ...common, cell_type: type, attachments: Object.fromEntries(Object.entries(attachments).map(read)) };
  }
  const { outputs = [], execution_count: count = null } = cell;
  if (!Array.isArray(outputs)) return fail("`outputs` is not a list");
  if (count !== null && typeof count !== "number") return fail("`execution_count` is not a number");
  const read = (output: unknown, i: number): Output =>
    readOutput(output, (problem) => fail(`output ${i + 1}: ${problem}`));
  return { ...common, cell_type: type, execution_count: count, outputs: outputs.map(read) };
}

function readOutput(output: unknown, fail: Fail): Output {
  if (!isFields(output)) return fail("is not an object");
  const type = output.output_type;
  if (type === "stream") {
    const text = joinLines(output.text);
    if (typeof text !== "string") return fail("`text` is neither a text nor a list of lines");
    return { ...output, output_type: type, name: String(output.name ?? "stdout"), text };
  }
  if (type === "error") {
    const { traceback: lines } = output;
    const traceback = Array.isArray(lines) ? lines.map(String) : [];
    return {
      ...output,
      output_type: type,
      ename: String(output.ename ?? ""),
      evalue: String(output.evalue ?? ""),
      traceback,
    };
  }
  if (type !== "display_data" && type !== "execute_result")
    return fail(`\`output_type\` is ${JSON.stringify(type)}, which nbformat 4 does not have`);
  const { data, metadata = {} } = output;
  if (!isFields(data) || !isFields(metadata)) return fail("`data` or `metadata` is not an object");
  const shown = { ...output, data: joinBundle(data), metadata };
  if (type === "display_data") return { ...shown, output_type: type };
  const { execution_count: count } = output;
  return { ...shown, output_type: type, execution_count: typeof count === "number" ? count : null };
}

function freeId({ id, cell_type, source }: Cell, place: number, taken: ReadonlySet<string>): string {
  if (/^[a-zA-Z0-9_-]{1,64}$/.test(id) && !taken.has(id)) return id;
  for (let salt = 0; ; salt++) {
    const made = sha256(JSON.stringify([place, cell_type, source, salt])).slice(0, 8);
    if (!taken.has(made)) return made;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
