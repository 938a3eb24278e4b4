/** An input of this session, and the text of its result when it had one. */
interface Entry {
  count: number;
  input: string;
  output: string | null;
}

/** `(session, line_number, input)` or `(session, line_number, (input, output))`. */
export type HistoryTuple = [session: number, count: number, entry: string | [input: string, output: string | null]];

/** Inputs that are kept; older ones are forgotten, so that a kernel that runs for weeks does not grow. */
const KEPT = 10_000;

/** There is one session, since nothing is stored between two lives of a kernel. */
const SESSION = 1;

/**
 * What was run in this session, for `history_request`.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#history
 */
export class History {
  private readonly entries: Entry[] = [];

  add(count: number, input: string): void {
    this.entries.push({ count, input, output: null });
    if (this.entries.length > KEPT) this.entries.shift();
  }

  /** Notes the text of a cell's result. */
  result(count: number, text: string): void {
    const entry = this.entries.findLast((known) => known.count === count);
    if (entry) entry.output = text;
  }

  /** @param request the content of a `history_request`; what is missing or of a wrong type counts as not given */
  answer(request: Record<string, unknown>): HistoryTuple[] {
    const { hist_access_type: access, output, n, unique } = request;
    const last = (found: Entry[]): Entry[] => (typeof n === "number" ? (n > 0 ? found.slice(-n) : []) : found);
    if (access === "range") return this.range(request).map((entry) => tuple(entry, output === true));
    if (access !== "search") return last(this.entries).map((entry) => tuple(entry, output === true));
    const pattern = globPattern(typeof request.pattern === "string" ? request.pattern : "*");
    const found = this.entries.filter(({ input }) => pattern.test(input));
    return last(unique === true ? lastOfEach(found) : found).map((entry) => tuple(entry, output === true));
  }

  /** `start` and `stop` are cell numbers, `stop` itself left out; a negative one counts from the end. */
  private range({ session = 0, start = 0, stop }: Record<string, unknown>): Entry[] {
    if (session !== 0 && session !== SESSION) return [];
    const next = (this.entries.at(-1)?.count ?? 0) + 1;
    const place = (value: unknown, missing: number): number =>
      typeof value !== "number" ? missing : value < 0 ? next + value : value;
    const from = place(start, 0);
    const to = place(stop, next);
    return this.entries.filter(({ count }) => count >= from && count < to);
  }
}

function tuple({ count, input, output }: Entry, withOutput: boolean): HistoryTuple {
  return [SESSION, count, withOutput ? [input, output] : input];
}

/** Of equal inputs the last one. */
function lastOfEach(entries: Entry[]): Entry[] {
  const byInput = new Map<string, Entry>();
  for (const entry of entries) {
    byInput.delete(entry.input);
    byInput.set(entry.input, entry);
  }
  return [...byInput.values()];
}

/** The whole text must match; `*` is any text, `?` any character. */
function globPattern(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*+/g, "[^]*").replace(/\?/g, "[^]")}$`, "u");
}
