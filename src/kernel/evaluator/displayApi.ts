import { randomBytes } from "node:crypto";
import type { EvaluatorEvent } from "../evaluatorMessages.ts";
import { PLOTLY } from "../plotlyType.ts";
import { cellScope } from "./cellScope.ts";
import { DisplayHandle } from "./displayHandle.ts";
import { type Bundle, earlyBundle } from "./earlyBundle.ts";
import { plotlyBundle } from "./plotlyBundle.ts";

/** Options of each display call. */
export interface DisplayOptions {
  id?: string;
  metadata?: Record<string, unknown>;
}

type Shown = (value: unknown, options?: DisplayOptions) => DisplayHandle;
type Send = (event: EvaluatorEvent) => void;

/** The mime type behind each method of tslab's `display`; `json` is ours. */
const MIME_TYPES = {
  javascript: "text/javascript",
  html: "text/html",
  markdown: "text/markdown",
  latex: "text/latex",
  svg: "image/svg+xml",
  png: "image/png",
  jpeg: "image/jpeg",
  gif: "image/gif",
  pdf: "application/pdf",
  text: "text/plain",
  json: "application/json",
} as const;

/** One display: a method per mime type, and `raw` for the others. */
export type Display = Record<keyof typeof MIME_TYPES, Shown> & {
  raw(mimeType: string, value: unknown, options?: DisplayOptions): DisplayHandle;
};

/** What `display` and `newDisplay` of the globals and of module "tslab" are. */
export interface DisplayApi {
  display: Display & {
    (value: unknown, options?: DisplayOptions): DisplayHandle;
    clear(wait?: boolean): void;
  };
  newDisplay: () => Display;
}

/**
 * Makes the display functions of user code.
 *
 * @param send   sends an event
 * @param cellOf the cell to which the running code's output belongs
 */
export function makeDisplayApi(send: Send, cellOf: () => number): DisplayApi {
  /** What is shown under an id and is to be replaced by its `later`. */
  const unfinished = new Map<string, Bundle>();

  const publish = (
    bundle: Bundle,
    options: DisplayOptions & { id: string },
    update: boolean,
    cell = cellOf(),
  ): void => {
    const { id } = options;
    const metadata = { ...bundle.metadata, ...options.metadata };
    send({ kind: "display", cell, data: bundle.data, metadata, displayId: id, update });
    unfinished.delete(id);
    if (!bundle.later) return;
    // shown at once, so that it keeps its order with what is printed; whatever was shown in its place since then stays
    unfinished.set(id, bundle);
    const finished = bundle.later.then((more) => {
      if (unfinished.get(id) !== bundle) return;
      if (more) publish(more, options, true, cell);
      else unfinished.delete(id);
    });
    cellScope.getStore()?.pending.add(finished);
  };

  const show = (mimeType: string, value: unknown, options: DisplayOptions, update: boolean): DisplayHandle => {
    // Each output gets an id: whoever keeps the handle may want to replace it.
    const id = options.id ?? randomBytes(8).toString("hex");
    publish(bundleOf(mimeType, value), { ...options, id }, update);
    return new DisplayHandle(id, (next) => show(mimeType, next, { ...options, id }, true));
  };

  const methods = (fixed?: { id: string; shown: boolean }): Display => {
    const raw = (mimeType: string, value: unknown, options: DisplayOptions = {}): DisplayHandle => {
      if (!fixed) return show(mimeType, value, options, false);
      const update = fixed.shown;
      fixed.shown = true;
      return show(mimeType, value, { ...options, id: fixed.id }, update);
    };
    const named = Object.entries(MIME_TYPES).map(([name, mimeType]) => [
      name,
      (value: unknown, options?: DisplayOptions) => raw(mimeType, value, options),
    ]);
    return { ...Object.fromEntries(named), raw } as Display;
  };

  const anything = (value: unknown, options: DisplayOptions = {}, update: boolean = false): DisplayHandle => {
    const id = options.id ?? randomBytes(8).toString("hex");
    const cell = cellOf();
    const shown = earlyBundle(value) ?? { data: { "text/plain": "undefined" } };
    // Not awaited when it need not be: what is shown keeps its order with what is printed.
    if (shown instanceof Promise) {
      const later = shown.then((bundle) => publish(bundle, { ...options, id }, update, cell));
      cellScope.getStore()?.pending.add(later);
    } else {
      publish(shown, { ...options, id }, update, cell);
    }
    return new DisplayHandle(id, (next) => void anything(next, { ...options, id }, true));
  };

  const display = Object.assign((value: unknown, options?: DisplayOptions) => anything(value, options), methods(), {
    clear: (wait = false) => send({ kind: "clear", cell: cellOf(), wait }),
  });
  const newDisplay = (): Display => methods({ id: randomBytes(8).toString("hex"), shown: false });
  return { display, newDisplay };
}

function bundleOf(mimeType: string, value: unknown): Bundle {
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { data: { [mimeType]: bytes.toString("base64") } };
  }
  const figure = mimeType === PLOTLY && typeof value === "object" && value !== null ? plotlyBundle(value) : undefined;
  return figure ?? { data: { [mimeType]: value } };
}
