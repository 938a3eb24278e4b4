/**
 * One line of a CSV file, ended by \n: RFC 4180's quoting. Null is a field with nothing in it, the empty text is `""`, so
 * that a reader can tell one from the other.
 *
 * Texts that a spreadsheet would take for a formula (they begin with `=`, `+`, `-`, `@`, a tab or a carriage return, and
 * are no number) get a `'` before them, and so do texts that begin like one of these; `readCell` takes it away.
 */
export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map((cell) => (cell === null ? "" : quoted(guarded(cell)))).join(",")}\n`;
}

/** What `csvLine` wrote as this text. */
export function readCell(text: string): string {
  return GUARDED.test(text) ? text.slice(1) : text;
}

/** A number as text that reads back as the same number. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$|^-Infinity$/i;
const FORMULA = /^'*[=+\-@\t\r]/;
const GUARDED = /^'+[=+\-@\t\r]/;

function guarded(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
