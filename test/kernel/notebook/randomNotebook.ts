import { Random } from "../../../src/base/random.ts";
import type { Cell, Notebook, Output } from "../../../src/kernel/notebook/notebook.ts";

const letters = [...'ab \n\r\t"\\\u2028\u0085\v\f\x1b<>&é語\u{1f600}\uffee%!{}[]01.', "\r\n"];
const plotly = "application/vnd.plotly.v1+json";

/** A notebook with everything that nbformat 4.5 allows, and with texts that are easily damaged; same for a seed. */
export function randomNotebook(seed: number): Notebook {
  const random = new Random(seed);
  const upTo = (n: number): number => random.int(n);
  const pick = <T>(from: readonly T[]): T => from[upTo(from.length)];
  const text = (): string => Array.from({ length: upTo(12) }, () => pick(letters)).join("");
  const json = (depth: number): unknown => {
    const kind = upTo(depth > 2 ? 4 : 6);
    if (kind === 4) return Array.from({ length: upTo(3) }, () => json(depth + 1));
    if (kind === 5) return fields(depth + 1);
    return pick([text(), upTo(1000) - 500, null, upTo(2) === 0]);
  };
  const fields = (depth: number): Record<string, unknown> =>
    Object.fromEntries(Array.from({ length: upTo(4) }, () => [pick(["a", "B", "10", "9", text()]), json(depth)]));
  const bundle = (): Record<string, unknown> => ({
    [pick(["text/plain", "text/html", "image/svg+xml", "image/png", "application/javascript"])]: text(),
    [pick(["application/json", plotly])]: json(0),
  });
  const output = (): Output =>
    pick<Output>([
      { output_type: "stream", name: pick(["stdout", "stderr"]), text: text() },
      { output_type: "display_data", data: bundle(), metadata: fields(1) },
      { output_type: "execute_result", data: bundle(), metadata: {}, execution_count: upTo(9) },
      { output_type: "error", ename: text(), evalue: text(), traceback: [text(), text()] },
    ]);
  const cell = (_: unknown, i: number): Cell => {
    const base = { id: `cell-${i}`, metadata: fields(1), source: text() };
    if (upTo(2) === 0) return { ...base, cell_type: pick(["markdown", "raw"] as const) };
    const outputs = Array.from({ length: upTo(4) }, output);
    return { ...base, cell_type: "code", execution_count: pick([null, upTo(99)]), outputs };
  };
  const cells = Array.from({ length: upTo(6) }, cell);
  return { nbformat: 4, nbformat_minor: 5, metadata: { ...fields(1), "x-unknown": json(0) }, cells };
}
