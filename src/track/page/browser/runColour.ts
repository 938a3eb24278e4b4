/** Turning by the golden angle keeps any few neighbours far apart, however many there are. */
const GOLDEN = 137.508;
/** Neighbours of like hue (every 21st and 34th) differ by lightness or dash. */
const LIGHTNESS = [0, 0.11, -0.09, 0.05];
const DASHES = ["", "6 3", "2 3"];

/** How a run is drawn. */
export interface RunLook {
  /** Degrees. */
  hue: number;
  /** What is added to the theme's lightness, in oklch. */
  lightness: number;
  /** An SVG dash array; "" is solid. */
  dash: string;
  /** A CSS colour. */
  colour: string;
}

/**
 * A run's colour, from its number in the store: a run keeps it for ever and on every page, and runs that were made one
 * after another, which are those that are compared, are far apart.
 */
export function runLook(number: number): RunLook {
  const hue = Math.round((number * GOLDEN + 115) % 360);
  const lightness = LIGHTNESS[Math.floor(number / 7) % LIGHTNESS.length];
  const dash = DASHES[Math.floor(number / 28) % DASHES.length];
  return { hue, lightness, dash, colour: `oklch(calc(var(--run-light) + ${lightness}) 0.145 ${hue})` };
}
