/** A row that could be read, and where it stands. */
export interface ReadRow {
  /** Line of a text file (where the row begins), or the row's number; 1 for the first. */
  line: number;
  values: Record<string, unknown>;
  /** Its line of a JSONL file as it is: numbers may have more digits than `values` keep. */
  json?: string;
}

/** What could not be read, and why. */
export interface RejectedRow {
  line: number;
  /** What was wanted and what came. */
  reason: string;
  /** What stands there, at most `MOST_REJECTED_TEXT` characters of it. */
  text: string;
}

/** A tolerant reader's row: one to use, or one to set aside. */
export type LooseRow = ReadRow | RejectedRow;

/** Characters of a rejected text that are kept. */
export const MOST_REJECTED_TEXT: number = 1 << 20;

/** A rejection, its text cut to length. */
export function rejected(line: number, reason: string, text: string): RejectedRow {
  return { line, reason, text: text.slice(0, MOST_REJECTED_TEXT) };
}

/** Whether a row is one to set aside. */
export function isRejected(row: LooseRow): row is RejectedRow {
  return "reason" in row;
}
