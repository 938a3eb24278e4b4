import { InputError } from "../../base/errors.ts";
import { BrowserPipe } from "./browserPipe.ts";
import { findBrowser } from "./findBrowser.ts";

/** A plotly figure as JSON has it. */
export interface Figure {
  data: unknown[];
  layout: { width?: unknown; height?: unknown };
}

/** A PNG file, in base64, and the size in CSS pixels at which it is meant to be shown. */
export interface Picture {
  png: string;
  width: number;
  height: number;
}

/** Points of the picture for one CSS pixel, so that print is sharp. */
const SCALE = 2;

/** CSS pixels where the layout says nothing: plotly's own size. */
const SIZE = { width: 700, height: 500 };

/** Milliseconds without a figure after which the browser is closed. */
const IDLE = 60_000;

interface Page {
  browser: BrowserPipe;
  sessionId: string;
}

/**
 * Makes pictures of plotly figures in a browser that is started for the first one, serves the others, and is closed
 * after a minute without any. When something goes wrong with it, the next figure gets a new one.
 */
export class FigurePainter {
  readonly #library: string;
  #page: Promise<Page> | undefined;
  #browser: BrowserPipe | undefined;
  #idle: NodeJS.Timeout | undefined;
  #painting = 0;

  /** @param library the text of plotly's library */
  constructor(library: string) {
    this.#library = library;
  }

  /**
   * The figure as a picture of its layout's size, else of 700 by 500 pixels.
   *
   * @throws {InputError} no browser is found
   * @throws {Error}      the browser or plotly failed
   */
  async paint(figure: Figure): Promise<Picture> {
    clearTimeout(this.#idle);
    this.#painting++;
    try {
      const used = this.#page;
      if (!used) return await this.#paintIn(this.#open(), figure);
      // the one that is there may have died since, or be worn out
      return await this.#paintIn(used, figure).catch((error) => {
        if (error instanceof PlotlyError) throw error;
        return this.#paintIn(this.#page ?? this.#open(), figure);
      });
    } finally {
      this.#painting--;
      if (this.#painting === 0) this.#idle = setTimeout(() => this.close(), IDLE).unref();
    }
  }

  /** Ends the browser, if there is one. */
  close(): void {
    clearTimeout(this.#idle);
    this.#browser?.close();
    this.#browser = undefined;
    this.#page = undefined;
  }

  async #paintIn(opened: Promise<Page>, { data, layout }: Figure): Promise<Picture> {
    const [width, height] = [sizeOf(layout.width, SIZE.width), sizeOf(layout.height, SIZE.height)];
    const figure = JSON.stringify({ data, layout: { ...layout, width, height } });
    const options = JSON.stringify({ format: "png", width, height, scale: SCALE, imageDataOnly: true });
    try {
      const { browser, sessionId } = await opened;
      const png = await evaluate(browser, sessionId, `Plotly.toImage(${figure}, ${options})`);
      return { png: String(png), width, height };
    } catch (error) {
      if (!(error instanceof PlotlyError) && this.#page === opened) this.close();
      throw error;
    }
  }

  #open(): Promise<Page> {
    this.#page = this.#start();
    return this.#page;
  }

  async #start(): Promise<Page> {
    const path = findBrowser();
    if (path === undefined)
      throw new InputError("PNG of figures", "no Chromium, Chrome or Edge was found", "Name one in SULAM_CHROME.");
    const browser = new BrowserPipe(path);
    this.#browser = browser;
    const { targetId } = await browser.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await browser.send("Target.attachToTarget", { targetId, flatten: true });
    await evaluate(browser, String(sessionId), `${this.#library}\n;0`);
    return { browser, sessionId: String(sessionId) };
  }
}

/** What the page's own code threw: the browser is well. */
class PlotlyError extends Error {}

async function evaluate(browser: BrowserPipe, sessionId: string, expression: string): Promise<unknown> {
  const params = { expression, awaitPromise: true, returnByValue: true };
  const { result, exceptionDetails } = (await browser.send("Runtime.evaluate", params, sessionId)) as {
    result: { value?: unknown };
    exceptionDetails?: { text: string; exception?: { description?: string; value?: unknown } };
  };
  if (!exceptionDetails) return result.value;
  const { exception, text } = exceptionDetails;
  throw new PlotlyError(`plotly: ${exception?.description ?? exception?.value ?? text}`);
}

function sizeOf(wanted: unknown, usual: number): number {
  return typeof wanted === "number" && wanted >= 1 && wanted <= 10_000 ? Math.round(wanted) : usual;
}
