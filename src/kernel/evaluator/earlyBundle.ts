import { inspect } from "node:util";
import type { MimeBundle } from "../evaluatorMessages.ts";
import { PLOTLY } from "../plotlyType.ts";
import { DisplayHandle } from "./displayHandle.ts";
import { imageBundle } from "./imageBundle.ts";
import { plotlyBundle } from "./plotlyBundle.ts";
import { tableBundle } from "./tableBundle.ts";

/** What a frontend gets to choose from; `text/plain` is always among it. */
export interface Bundle {
  data: MimeBundle;
  metadata?: Record<string, unknown>;
  /** The same with what takes its time, such as a picture; undefined when nothing came of it. Never rejects. */
  later?: Promise<Bundle | undefined>;
}

type Display = () => unknown;

const JUPYTER_DISPLAY = Symbol.for("Jupyter.display");

/**
 * How a value shows itself: by its own `[Symbol.for("Jupyter.display")]()`, which returns a mime bundle or a promise of
 * one; as a table, figure or image where it is one; as `util.inspect` text in any case. A display method that fails
 * gives the text and a note: showing a result must not fail the cell that computed it.
 *
 * It is what can be shown at once; what takes its time comes as the bundle's `later`.
 *
 * @returns undefined for a value that shows nothing: undefined, or the handle of what was shown already
 */
export function earlyBundle(value: unknown): Bundle | Promise<Bundle> | undefined {
  if (value === undefined || value instanceof DisplayHandle) return undefined;
  try {
    const own = ownDisplay(value);
    if (!own) return withPlain(value, richForms(value));
    const bundle = own.call(value);
    if (!(bundle instanceof Promise)) return checked(value, bundle);
    return bundle.then(
      (later) => checked(value, later),
      (error) => failed(value, error),
    );
  } catch (error) {
    return failed(value, error);
  }
}

function ownDisplay(value: unknown): Display | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const own = (value as Record<symbol, unknown>)[JUPYTER_DISPLAY];
  return typeof own === "function" ? (own as Display) : undefined;
}

function checked(value: unknown, bundle: unknown): Bundle {
  if (typeof bundle !== "object" || bundle === null || Array.isArray(bundle)) {
    throw new TypeError(`[Symbol.for("Jupyter.display")] must return an object of mime types, got ${String(bundle)}`);
  }
  const data = Object.fromEntries(Object.entries(bundle).map(([mime, part]) => [mime, encoded(part)]));
  const figure = data[PLOTLY];
  if (typeof figure !== "object" || figure === null || "text/html" in data) return withPlain(value, { data });
  // a figure that leaves its fallbacks to the kernel
  const { later, ...now } = plotlyBundle(figure) ?? { data };
  const own = (made: Bundle): Bundle => ({ ...made, data: { ...made.data, ...data } });
  return withPlain(value, { ...own(now), later: later?.then((bundle) => bundle && own(bundle)) });
}

function withPlain(value: unknown, rich: Bundle): Bundle {
  return { ...rich, data: { ...rich.data, "text/plain": rich.data["text/plain"] ?? textOf(value) } };
}

/** Bytes travel as base64. */
function encoded(part: unknown): unknown {
  if (!(part instanceof Uint8Array)) return part;
  return Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString("base64");
}

function failed(value: unknown, error: unknown): Bundle {
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { data: { "text/plain": `${textOf(value)}\n(its rich display failed: ${why})` } };
}

function richForms(value: unknown): Bundle {
  if (typeof value !== "object" || value === null) return { data: {} };
  return plotlyBundle(value) ?? { data: imageBundle(value) ?? tableBundle(value) ?? {} };
}

function textOf(value: unknown): string {
  try {
    // The value is its own label here, so a string shows its quotes.
    return inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 });
  } catch (error) {
    return `[value whose inspection failed: ${String(error)}]`;
  }
}
