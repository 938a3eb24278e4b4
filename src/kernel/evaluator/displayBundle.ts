import { type Bundle, earlyBundle } from "./earlyBundle.ts";

export type { Bundle };

/**
 * How a value shows itself, with all that takes its time, such as a figure's picture.
 *
 * @returns undefined for a value that shows nothing
 */
export function displayBundle(value: unknown): Bundle | Promise<Bundle> | undefined {
  const early = earlyBundle(value);
  return early instanceof Promise ? early.then(finished) : early && finished(early);
}

function finished(early: Bundle): Bundle | Promise<Bundle> {
  const { later, ...shown } = early;
  return later ? later.then((more) => more ?? shown) : shown;
}
