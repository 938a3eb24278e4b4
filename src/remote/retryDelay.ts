/** What a delay follows from. */
export interface DelayInput {
  /** 0 for the first retry. */
  attempt: number;
  /** The header `Retry-After`: seconds, or a date (RFC 9110, 10.2.3). */
  retryAfter?: string;
  /** Milliseconds since 1970. */
  now: number;
  /** Uniform in [0, 1). */
  draw: number;
}

const FIRST = 1000;
const LONGEST = 60_000;

/**
 * Milliseconds to wait before a request is sent again: what the server asked for, else 1 s doubled at each retry up to
 * 60 s, of which a random half is taken off so that clients do not come back together.
 */
export function retryDelay({ attempt, retryAfter, now, draw }: DelayInput): number {
  const asked = retryAfter === undefined ? Number.NaN : askedFor(retryAfter.trim(), now);
  if (Number.isFinite(asked)) return asked;
  return Math.min(LONGEST, FIRST * 2 ** attempt) * (1 - draw / 2);
}

function askedFor(header: string, now: number): number {
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header) * 1000;
  return Math.max(0, Date.parse(header) - now);
}
