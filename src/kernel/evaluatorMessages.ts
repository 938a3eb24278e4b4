/**
 * What supervisor and evaluator say to each other: one frame per message, a little-endian u32 length and UTF-8 JSON.
 * Commands go to the evaluator's descriptor 4, events come from its descriptor 3, so that neither mixes with what user
 * code, native code and child processes write to descriptors 1 and 2.
 */
export type EvaluatorMessage = EvaluatorCommand | EvaluatorEvent;

/** Mime type to value: text for text types, base64 for binary ones, any JSON value for JSON types. */
export type MimeBundle = Record<string, unknown>;

/** What a cell's failure looks like to a reader; `traceback` is the lines to print, positions already the source's. */
export interface CellError {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** From the supervisor to the evaluator. `cell` is the number of an execution, unique while the evaluator lives. */
export type EvaluatorCommand =
  | {
      kind: "execute";
      cell: number;
      /** How stack traces call the cell, for example `cell3.ts`. */
      fileName: string;
      /**
       * JavaScript for the inspector's `replMode`; its last expression is the cell's value. Imports, static and dynamic,
       * are calls of `__sulam_import(specifier, importOptions?)`, a `!command` line is one of `__sulam_shell(command)`.
       */
      js: string;
      /** Source map (version 3, JSON) from `js` to the cell's own text, which it holds in `sourcesContent`. */
      map: string;
      /** True when the value must not be shown. */
      silent: boolean;
      allowStdin: boolean;
    }
  /** A `user_expressions` entry, evaluated after its cell; answered by `expressionDone`. */
  | { kind: "expression"; id: number; js: string }
  | { kind: "interrupt" }
  /** The frontend's answer to an `input` event; no `value` means that none can come, and `error` says why. */
  | { kind: "inputReply"; id: number; value?: string; error?: string }
  /** A frontend's comm message; `cell` is a number of its own, to which belongs what its handlers do. `commDone` follows. */
  | { kind: "comm"; cell: number; message: CommMessage }
  /** `%reload`: the next import of any project file loads it again. */
  | { kind: "reload" }
  | { kind: "shutdown" };

/** From the evaluator to the supervisor, in the order in which things happened. */
export type EvaluatorEvent =
  | { kind: "ready" }
  | { kind: "stream"; cell: number; name: "stdout" | "stderr"; text: string }
  | {
      kind: "display";
      cell: number;
      data: MimeBundle;
      metadata: Record<string, unknown>;
      displayId?: string;
      /** True for `update_display_data`. */
      update: boolean;
    }
  | { kind: "clear"; cell: number; wait: boolean }
  /** The value of the cell's last expression; comes before `done`, never for undefined. */
  | { kind: "result"; cell: number; data: MimeBundle; metadata: Record<string, unknown> }
  /** The cell is over. Its markers on descriptors 1 and 2 were written before this. */
  | { kind: "done"; cell: number; error?: CellError }
  | { kind: "expressionDone"; id: number; data?: MimeBundle; error?: CellError }
  /** The handlers of the comm message of that number have returned; what they left running may still say more. */
  | { kind: "commDone"; cell: number }
  | { kind: "input"; id: number; cell: number; prompt: string; password: boolean }
  | { kind: "comm"; cell: number; message: CommMessage };

/** A comm message of the Jupyter protocol, without its buffers' bytes (base64 each). */
export interface CommMessage {
  what: "open" | "msg" | "close";
  commId: string;
  /** Only for `open`. */
  targetName?: string;
  data: unknown;
  metadata?: Record<string, unknown>;
  buffers?: string[];
}
