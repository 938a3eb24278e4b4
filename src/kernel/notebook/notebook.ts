import type { MimeBundle } from "../evaluatorMessages.ts";

/**
 * A notebook in memory, nbformat 4.5: the file's own field names, unknown fields kept, and every multi-line text one
 * string (in the file it is a list of lines).
 *
 * @see https://nbformat.readthedocs.io/en/latest/format_description.html
 */
export interface Notebook {
  nbformat: 4;
  nbformat_minor: number;
  metadata: Record<string, unknown>;
  cells: Cell[];
}

/** One cell. Only code cells have outputs and a count. */
export type Cell = CodeCell | TextCell;

interface CellBase {
  /** 1 to 64 of `a-z A-Z 0-9 - _`, unique in the notebook. */
  id: string;
  metadata: Record<string, unknown>;
  source: string;
}

/** A cell that runs. */
export interface CodeCell extends CellBase {
  cell_type: "code";
  execution_count: number | null;
  outputs: Output[];
}

/** A cell to read. */
export interface TextCell extends CellBase {
  cell_type: "markdown" | "raw";
  /** File name to MIME bundle; markdown refers to `attachment:NAME`. */
  attachments?: Record<string, MimeBundle>;
}

/** What a code cell left. */
export type Output =
  | { output_type: "stream"; name: string; text: string }
  | { output_type: "display_data"; data: MimeBundle; metadata: Record<string, unknown> }
  | {
      output_type: "execute_result";
      data: MimeBundle;
      metadata: Record<string, unknown>;
      execution_count: number | null;
    }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/** Whether the cell carries the tag, the word by which papermill and nbclient find a cell. */
export function hasTag(cell: Cell, tag: string): boolean {
  const { tags } = cell.metadata;
  return Array.isArray(tags) && tags.includes(tag);
}
