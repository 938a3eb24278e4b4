import { inspect } from "node:util";
import type { MimeBundle } from "../evaluatorMessages.ts";
import { DisplayHandle } from "./displayHandle.ts";
import { imageBundle } from "./imageBundle.ts";
import { plotlyBundle } from "./plotlyBundle.ts";
import { tableBundle } from "./tableBundle.ts";

/** What a frontend gets to choose from; `text/plain` is always among it. */
export interface Bundle {
  data: MimeBundle;
  metadata?: Record<string, unknown>;
}

type Display = () => unknown;

const JUPYTER_DISPLAY = Symbol.for("Jupyter.display");

/**
 * How a value shows itself: by its own `[Symbol.for("Jupyter.display")]()`, which returns a mime bundle or a promise of
 * one; as a table, figure or image where it is one; as `util.inspect` text in any case. A display method that fails
 * gives the text and a note: showing a result must not fail the cell that computed it.
 *
 * @returns undefined for a value that shows nothing: undefined, or the handle of what was shown already
 */
export function displayBundle(value: unknown): Bundle | Promise<Bundle> | undefined {
  if (value === undefined || value instanceof DisplayHandle) return undefined;
  try {
    const own = ownDisplay(value);
    if (!own) return { data: plainAnd(value, richForms(value)) };
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
  return { data: plainAnd(value, data) };
}

function plainAnd(value: unknown, rich: MimeBundle): MimeBundle {
  return { ...rich, "text/plain": rich["text/plain"] ?? textOf(value) };
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

function richForms(value: unknown): MimeBundle {
  if (typeof value !== "object" || value === null) return {};
  return imageBundle(value) ?? plotlyBundle(value) ?? tableBundle(value) ?? {};
}

function textOf(value: unknown): string {
  try {
    // The value is its own label here, so a string shows its quotes.
    return inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 });
  } catch (error) {
    return `[value whose inspection failed: ${String(error)}]`;
  }
}
