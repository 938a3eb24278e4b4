import type { MimeBundle } from "../evaluatorMessages.ts";
import type { Message } from "../wire/message.ts";
import type { CodeCell, Output } from "./notebook.ts";

type Shown = Extract<Output, { data: MimeBundle }>;

/**
 * Makes a notebook's outputs of iopub messages, each for the cell whose request it belongs to, however late it comes.
 * Neighbouring texts of one stream become one output, as Jupyter shows them.
 *
 * @see https://nbformat.readthedocs.io/en/latest/format_description.html#code-cell-outputs
 */
export class OutputRecorder {
  readonly #cells = new Map<string, CodeCell>();
  /** Cells that clear when their next output comes. */
  readonly #clearing = new Set<CodeCell>();
  /** Everything that was shown under a display id, in any cell. */
  readonly #displays = new Map<string, Shown[]>();
  /** How many messages came, of any request: shows whether the kernel still sends. */
  count = 0;

  /** Outputs of this request belong to this cell from now on. */
  expect(requestId: string, cell: CodeCell): void {
    this.#cells.set(requestId, cell);
  }

  /** Takes any iopub message. */
  take({ header, parentHeader, content }: Message): void {
    this.count++;
    const cell = this.#cells.get(parentHeader.msg_id ?? "");
    if (cell === undefined) return;
    const { msg_type: type } = header;
    if (type === "execute_input" && typeof content.execution_count === "number")
      cell.execution_count = content.execution_count;
    else if (type === "clear_output") this.#clear(cell, content.wait === true);
    else if (type === "update_display_data") this.#update(content);
    else this.#add(cell, type, content);
  }

  #clear(cell: CodeCell, wait: boolean): void {
    if (wait) this.#clearing.add(cell);
    else cell.outputs = [];
  }

  #add(cell: CodeCell, type: string, content: Record<string, unknown>): void {
    const output = outputOf(type, content);
    if (output === undefined) return;
    if (this.#clearing.delete(cell)) cell.outputs = [];
    const last = cell.outputs.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      last.text += output.text;
      return;
    }
    cell.outputs.push(output);
    const id = displayId(content);
    if (id !== undefined && "data" in output) this.#displays.set(id, [...(this.#displays.get(id) ?? []), output]);
  }

  #update(content: Record<string, unknown>): void {
    const { data, metadata } = bundleOf(content);
    for (const shown of this.#displays.get(displayId(content) ?? "") ?? []) Object.assign(shown, { data, metadata });
  }
}

function outputOf(type: string, content: Record<string, unknown>): Output | undefined {
  switch (type) {
    case "stream":
      return { output_type: type, name: String(content.name), text: String(content.text) };
    case "display_data":
      return { output_type: type, ...bundleOf(content) };
    case "execute_result": {
      const { execution_count: count } = content;
      return { output_type: type, ...bundleOf(content), execution_count: typeof count === "number" ? count : null };
    }
    case "error": {
      const traceback = Array.isArray(content.traceback) ? content.traceback.map(String) : [];
      return { output_type: type, ename: String(content.ename), evalue: String(content.evalue), traceback };
    }
    default:
      return undefined;
  }
}

function bundleOf({ data, metadata }: Record<string, unknown>): Pick<Shown, "data" | "metadata"> {
  return { data: (data ?? {}) as MimeBundle, metadata: (metadata ?? {}) as Record<string, unknown> };
}

function displayId({ transient }: Record<string, unknown>): string | undefined {
  const id = (transient as { display_id?: unknown } | undefined)?.display_id;
  return typeof id === "string" ? id : undefined;
}
