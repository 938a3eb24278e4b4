/** A piece of a filter. */
export interface FilterToken {
  kind: "word" | "quoted" | "number" | "sign" | "end";
  /** Of a quoted piece what stands between the quotes, a doubled quote taken once. */
  text: string;
  /** The quote of a quoted piece: `'` or `"` for values, backtick or `"` for names. */
  quote?: string;
  /** Where it begins and ends in the filter, in UTF-16 units from 0. */
  at: number;
  end: number;
}

/** Longer filters are refused: nobody wrote them by hand, and SQLite has limits of its own. */
const LIMIT = 100_000;

/** One piece. A name may hold all that MLflow allows in keys but spaces, which need quotes. */
const PIECE =
  /\s*(?:(?<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`)|(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\p{L}\p{N}_.])|(?<word>[\p{L}_][\p{L}\p{N}_.\-/:]*)|(?<sign>!=|>=|<=|[=<>(),])|(?<end>$))/uy;

/**
 * Cuts a filter into pieces; the last one is of kind `end`.
 * @param refuse  throws; is given the place where no piece begins, and what to do
 */
export function filterTokens(filter: string, refuse: (problem: string, todo: string) => never): FilterToken[] {
  if (filter.length > LIMIT) refuse(`it has ${filter.length} characters, more than ${LIMIT}`, "Shorten it.");
  const tokens: FilterToken[] = [];
  PIECE.lastIndex = 0;
  for (;;) {
    const from = PIECE.lastIndex;
    const groups = PIECE.exec(filter)?.groups;
    if (groups === undefined) {
      const at = from + (/^\s*/.exec(filter.slice(from)) as RegExpExecArray)[0].length;
      const isOpen = /["'`]/.test(filter[at]);
      refuse(
        `at character ${at + 1}: ${isOpen ? `the quote ${filter[at]} is never closed` : `\`${filter.slice(at, at + 12)}\` is not understood`}`,
        "Write comparisons joined by AND, like metrics.loss < 0.5 AND params.lr = '0.01'.",
      );
    }
    const [kind, raw] = Object.entries(groups).find(([, text]) => text !== undefined) as [FilterToken["kind"], string];
    const end = PIECE.lastIndex;
    const place = { at: end - raw.length, end };
    if (kind === "quoted") {
      const quote = raw[0];
      tokens.push({ kind, text: raw.slice(1, -1).replaceAll(quote + quote, quote), quote, ...place });
    } else tokens.push({ kind, text: raw, ...place });
    if (kind === "end") return tokens;
  }
}
