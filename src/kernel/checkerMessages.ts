/** What supervisor and type checker say to each other over Node's IPC channel: one request, one reply of the same id. */
export type CheckerMessage = CheckerRequest | CheckerReply;

/** From the supervisor. Offsets are UTF-16 code units of `code`; the supervisor converts the protocol's code points. */
export type CheckerRequest = { id: number } & (
  | { method: "start"; cwd: string }
  /**
   * Checks and translates a cell; nothing is remembered until `commit`, but for what `%check` asks. `isLenient`: type
   * errors are warnings for this cell, and `%check` changes nothing.
   */
  | { method: "check"; cell: number; code: string; isLenient?: boolean }
  /** The cell ran (to its end or to its error): what it declares is in scope for the next ones. */
  | { method: "commit"; cell: number }
  /** Brings a new process to where another one was: what it kept, in the order of the commits, and whether it was strict. */
  | { method: "restore"; kept: KeptCell[]; isStrict: boolean }
  /** A user expression, translated alone and not checked. */
  | { method: "expression"; code: string }
  | { method: "complete"; code: string; offset: number }
  | { method: "inspect"; code: string; offset: number; detail: 0 | 1 }
  | { method: "isComplete"; code: string }
);

/** From the checker; null for a request without an answer of its own. */
export type CheckerReply =
  | { id: number; result: CheckedCell | Commitment | Completions | Inspection | Completeness | null }
  /** The checker's own fault, not the cell's. */
  | { id: number; error: string };

/** A cell as it may run, or why it may not. */
export interface CheckedCell {
  /** Absent when the cell must not run. */
  js?: string;
  /** Source map (version 3, JSON) from `js` to the cell. */
  map?: string;
  /** `SyntaxError` or `TypeCheckError`, and the lines with position, source line and caret; absent when all is well. */
  problem?: { ename: string; evalue: string; traceback: string[] };
  /** Every error of the cell where it stands, for tools that list them (`notebook check`); also with `%check off`. */
  places?: { line: number; column: number; message: string }[];
  /** Text for stderr: what `%check off` turned from errors to warnings. */
  warning?: string;
  /** What the cell's magics ask of the supervisor; `check` is that of a `%check` that was obeyed: on or off. */
  magics: { time: boolean; reload: boolean; check?: boolean };
}

/** What the checker keeps of a cell that ran: a module that declares the names which later cells may use. */
export interface KeptCell {
  cell: number;
  isJsx: boolean;
  text: string;
  /** Cells that the text imports from. */
  needs: number[];
  globalEffects: string[];
  declared: [name: string, kind: NameKind][];
}

/** What a `commit` changed. */
export interface Commitment {
  /** Null when nothing of the cell can be used later. */
  kept: KeptCell | null;
  /** Earlier cells of which nothing can be used any more. */
  forgotten: number[];
}

/** What may stand at the cursor. */
export interface Completions {
  matches: string[];
  /** Offsets of the text that a match replaces. */
  start: number;
  end: number;
  /** Per match, for frontends that show it: `function`, `property`, `keyword`, and so on. */
  types: string[];
}

/** Null when there is nothing at the offset. */
export type Inspection = { text: string; markdown: string } | null;

/** Whether Enter should run the code or go on to a next line, `is_complete_reply` of the protocol. */
export interface Completeness {
  status: "complete" | "incomplete" | "invalid" | "unknown";
  indent: string;
}

/** How a name came into scope, as error texts call it; only a `variable` may be assigned in a later cell. */
export type NameKind = "variable" | "constant" | "function" | "class" | "type" | "enum" | "namespace" | "import";
