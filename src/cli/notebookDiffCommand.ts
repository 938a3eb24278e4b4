import type { Command } from "commander";
import type { DiffLine } from "../kernel/notebook/diffLines.ts";
import type { CellChange, NotebookDiff } from "../kernel/notebook/diffNotebooks.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

/** `sulam notebook diff`: what differs between two notebooks, cell by cell. */
export function notebookDiffCommand(notebook: Command, terminal: Terminal): void {
  notebook
    .command("diff")
    .description("compare two notebooks cell by cell; exit 1 when they differ")
    .argument("A", "the older")
    .argument("B", "the newer")
    .option("--no-outputs", "leave the outputs out of the comparison")
    .option("--json", 'print {"cells", "metadata"}', false)
    .addHelpText("after", "\nExample:\n  npx sulam notebook diff before.ipynb after.ipynb")
    .action(async (a: string, b: string, { outputs, json }: { outputs: boolean; json: boolean }) => {
      const { readNotebook } = await import("../kernel/notebook/notebookFile.ts");
      const { diffNotebooks } = await import("../kernel/notebook/diffNotebooks.ts");
      const { stripNotebook } = await import("../kernel/notebook/stripNotebook.ts");
      const [before, after] = [a, b].map((file) => (outputs ? readNotebook(file) : stripNotebook(readNotebook(file))));
      const diff = diffNotebooks(before, after);
      if (diff.cells.length + diff.metadata.length > 0) process.exitCode = 1;
      await terminal.data(json ? toJson(diff) : describe(diff, Boolean(process.stdout.isTTY && !process.env.NO_COLOR)));
    });
}

function describe({ cells, metadata }: NotebookDiff, isColoured: boolean): string {
  const parts = cells.map((change) => describeCell(change, isColoured));
  if (metadata.length > 0) parts.push(`notebook metadata: ${metadata.join(", ")}\n`);
  return parts.join("\n");
}

const colours: Record<string, string> = { "-": "\x1b[31m", "+": "\x1b[32m" };

function describeCell(cell: CellChange, isColoured: boolean): string {
  const { change, before, after, cellType, source, outputs, metadata } = cell;
  const place = before !== null && after !== null && before !== after ? `${before} → ${after}` : (after ?? before);
  const bold = (text: string): string => (isColoured ? `\x1b[1m${text}\x1b[0m` : text);
  const show = ({ sign, text }: DiffLine): string => {
    const line = `${sign} ${text}`.trimEnd();
    return isColoured && colours[sign] ? `${colours[sign]}${line}\x1b[0m` : line;
  };
  return [
    bold(`cell ${place} (${cellType}) ${change}`),
    ...nearChanges(source).map(show),
    ...(outputs.length > 0 ? [bold("outputs"), ...nearChanges(outputs).map(show)] : []),
    ...(metadata.length > 0 ? [`metadata: ${metadata.join(", ")}`] : []),
    "",
  ].join("\n");
}

/** The changed lines with two of their neighbours on each side. */
function nearChanges(lines: readonly DiffLine[]): DiffLine[] {
  const around = 2;
  const isNear = lines.map((_, i) =>
    lines.slice(Math.max(0, i - around), i + around + 1).some(({ sign }) => sign !== " "),
  );
  return lines.flatMap((line, i): DiffLine[] => {
    if (isNear[i]) return [line];
    return i > 0 && isNear[i - 1] && isNear.indexOf(true, i) > 0 ? [{ sign: " ", text: "…" }] : [];
  });
}
