import { PLOTLY } from "../plotlyType.ts";
import type { Notebook, Output } from "./notebook.ts";
import { steadyCellMetadata, steadyMetadata } from "./stripNotebook.ts";

/**
 * A notebook with its outputs, in the form to commit: without the times that a run notes in the metadata, and without
 * the HTML of plotly figures, of which each cell's first carries the library (2 MB). Their data, picture and text stay:
 * enough for VS Code, GitHub, `notebook convert` and `--check`.
 */
export function slimNotebook(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell) => {
    const metadata = steadyCellMetadata(cell);
    return cell.cell_type === "code"
      ? { ...cell, metadata, outputs: cell.outputs.map(withoutPage) }
      : { ...cell, metadata };
  });
  return { ...notebook, metadata: steadyMetadata(notebook), cells };
}

function withoutPage(output: Output): Output {
  if (!("data" in output) || !(PLOTLY in output.data)) return output;
  const { "text/html": _page, ...data } = output.data;
  return { ...output, data };
}
