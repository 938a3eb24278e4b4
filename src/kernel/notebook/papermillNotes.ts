import { type Cell, hasTag, type Notebook } from "./notebook.ts";

/** What a run is called in the notes. */
export interface RunNames {
  inputPath: string;
  outputPath: string;
  parameters: Record<string, unknown>;
  /** Who ran it; papermill puts its own version there. */
  version: string;
}

/** When, in ISO 8601, and how long, in seconds. */
interface Times {
  start_time: string | null;
  end_time: string | null;
  duration: number | null;
}

/** `metadata.papermill` of a notebook, by papermill's field names. */
interface NotebookNotes extends Times {
  default_parameters: Record<string, unknown>;
  environment_variables: Record<string, unknown>;
  input_path: string;
  output_path: string;
  parameters: Record<string, unknown>;
  version: string;
  exception: boolean | null;
}

/** `metadata.papermill` of a cell. */
interface CellNotes extends Times {
  exception: boolean | null;
  status: "pending" | "running" | "completed" | "failed";
}

const untimed: Times = { start_time: null, end_time: null, duration: null };

/**
 * Keeps `metadata.papermill` of a notebook and of its cells as papermill 2.7 writes it, so that tools which read
 * papermill's outputs read ours.
 */
export class PapermillNotes {
  readonly #notebook: Notebook;
  readonly #notes: NotebookNotes;
  readonly #now: () => Date;

  /** Takes notes in `notebook` itself; all cells are pending. Error markers of an earlier papermill run are dropped. */
  constructor(notebook: Notebook, names: RunNames, now: () => Date) {
    const { inputPath, outputPath, parameters, version } = names;
    this.#notebook = notebook;
    this.#now = now;
    this.#notes = {
      ...untimed,
      default_parameters: {},
      environment_variables: {},
      input_path: inputPath,
      output_path: outputPath,
      parameters,
      version,
      exception: null,
      start_time: timestamp(now()),
    };
    notebook.cells = notebook.cells.filter((cell) => !hasTag(cell, "papermill-error-cell-tag"));
    notebook.metadata.papermill = this.#notes;
    for (const cell of notebook.cells) cell.metadata.papermill = { ...untimed, exception: null, status: "pending" };
  }

  /** A cell begins. */
  cellStart(cell: Cell): void {
    Object.assign(notesOf(cell), { start_time: timestamp(this.#now()), status: "running", exception: false });
  }

  /** It is over. */
  cellEnd(cell: Cell, hasFailed: boolean): void {
    const notes = notesOf(cell);
    notes.status = hasFailed ? "failed" : "completed";
    if (hasFailed) {
      notes.exception = true;
      this.#notes.exception = true;
    }
    this.#close(notes);
  }

  /** The run is over, however it went. */
  end(): void {
    this.#close(this.#notes);
    this.#notebook.metadata.papermill = this.#notes;
  }

  #close(times: Times): void {
    const end = this.#now();
    times.end_time = timestamp(end);
    times.duration = times.start_time === null ? null : (end.getTime() - Date.parse(times.start_time)) / 1000;
  }
}

function notesOf(cell: Cell): CellNotes {
  return cell.metadata.papermill as CellNotes;
}

/** Python's `isoformat` of a time in UTC. */
function timestamp(date: Date): string {
  return date.toISOString().replace("Z", "000+00:00");
}
