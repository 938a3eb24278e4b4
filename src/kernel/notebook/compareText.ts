import { withoutAnsi } from "./withoutAnsi.ts";

/** How texts are compared. */
export interface TextRules {
  /** Relative: `0` wants numbers equal as written, `0.01` lets them differ by a hundredth of the larger one. */
  tolerance: number;
  /** Numbers that differ by at most this much are equal too, however small they are. */
  absolute: number;
  /** True: times, dates, durations, absolute paths and addresses in memory count as equal. */
  normalize: boolean;
}

const volatile: readonly [RegExp, string][] = [
  [/\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?/g, "<time>"],
  [/\d{4}-\d{2}-\d{2}/g, "<date>"],
  [/\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?/g, "<time>"],
  [/\b\d+(?:[.,]\d+)*\s?(?:ns|µs|us|ms|s|sec|seconds?|min|minutes?|h)\b/g, "<duration>"],
  [/(?:file:\/\/)?(?:\/|[A-Z]:\\)[\w.@~+-]+(?:[/\\][\w.@~+-]+)+/g, "<path>"],
  [/\b0x[0-9a-f]{6,}\b/gi, "<address>"],
];

const number = /(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/g;

/** Whether two texts say the same: all but the numbers must be equal, and the numbers within the tolerance. */
export function isSameText(stored: string, fresh: string, rules: TextRules): boolean {
  const [a, b] = [stored, fresh].map((text) => normalized(text, rules.normalize));
  if (a === b) return true;
  if ((rules.tolerance === 0 && rules.absolute === 0) || a.replace(number, "0") !== b.replace(number, "0"))
    return false;
  const [left, right] = [a, b].map((text) => (text.match(number) ?? []).map(Number));
  return left.every((value, i) => isSameNumber(value, right[i], rules));
}

/** Whether two numbers differ by at most `absolute`, or `tolerance` times the larger; NaN equals NaN. */
export function isSameNumber(a: number, b: number, { tolerance, absolute }: TextRules): boolean {
  const most = Math.max(absolute, tolerance * Math.max(Math.abs(a), Math.abs(b)));
  return Object.is(a, b) || a === b || Math.abs(a - b) <= most;
}

function normalized(text: string, isVolatile: boolean): string {
  const plain = withoutAnsi(text).replace(/\r\n/g, "\n").trimEnd();
  return isVolatile ? volatile.reduce((rest, [pattern, word]) => rest.replace(pattern, word), plain) : plain;
}
