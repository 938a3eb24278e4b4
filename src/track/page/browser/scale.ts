/** An axis: from values to pixels and back, with the places of its ticks. */
export interface Scale {
  toPixel(value: number): number;
  toValue(pixel: number): number;
  ticks: number[];
}

/** What `makeScale` takes. */
export interface ScaleOptions {
  /** Lowest and highest value. */
  domain: readonly [number, number];
  /** Where these stand. */
  range: readonly [number, number];
  isLog?: boolean;
  /** About how many ticks. */
  ticks: number;
}

/** A linear or logarithmic axis. A logarithmic one begins at the lowest value above 0 that `domain` gives. */
export function makeScale({ domain, range, isLog = false, ticks }: ScaleOptions): Scale {
  const [start, end] = range;
  const [low, high] = isLog ? domain.map(Math.log10) : domain;
  // the only value there is stands in the middle
  const [first, span] = high === low ? [low - 0.5, 1] : [low, high - low];
  const toPixel = (value: number): number => {
    const place = isLog ? Math.log10(value) : value;
    return start + ((place - first) / span) * (end - start);
  };
  const toValue = (pixel: number): number => {
    const place = first + ((pixel - start) / (end - start)) * span;
    return isLog ? 10 ** place : place;
  };
  return { toPixel, toValue, ticks: isLog ? logTicks(domain, ticks) : linearTicks(domain, ticks) };
}

/** Round numbers (1, 2 or 5 times a power of ten) within a range. */
export function linearTicks([low, high]: readonly [number, number], count: number): number[] {
  const rough = (high - low) / Math.max(1, count);
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999) ?? 10 * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Multiplied and rounded, not summed, so that 0.3 is 0.3.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function logTicks([low, high]: readonly [number, number], count: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const steps = decades.length <= 2 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades.length / Math.max(2, count)));
  const all = decades.filter((_, i) => i % every === 0).flatMap((decade) => steps.map((step) => step * 10 ** decade));
  return all.filter((value) => value >= low * 0.999 && value <= high * 1.001);
}
