import { chromium } from "playwright-core";
import { SetupError } from "../../src/base/errors.ts";
import { findBrowser } from "../../src/kernel/evaluator/findBrowser.ts";

/** What it costs to open a page whose files the browser has never seen. */
export interface ColdPage {
  /** From the question for the address until `row` is seen. */
  seconds: number;
  /** Over the wire, heads of answers included. */
  bytes: number;
}

/** What a page still asks for once its table stands (curves, say) counts when it comes within this time. */
const SETTLE_MS = 3_000;
const PATIENCE_MS = 120_000;

/**
 * Opens an address in a Chromium that has just been started.
 * @param row  a CSS selector: what is there when the table's first row is
 * @throws {SetupError} when there is no Chromium
 */
export async function coldPage(url: string, row: string): Promise<ColdPage> {
  const executablePath = findBrowser();
  if (executablePath === undefined)
    throw new SetupError("bench", "no Chromium is installed", "Install it, or name one in SULAM_CHROME.");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const network = await page.context().newCDPSession(page);
    let bytes = 0;
    network.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
    await network.send("Network.enable");
    const start = performance.now();
    await page.goto(url, { waitUntil: "commit" });
    await page.locator(row).first().waitFor({ timeout: PATIENCE_MS });
    const seconds = (performance.now() - start) / 1000;
    await page.waitForTimeout(SETTLE_MS);
    return { seconds, bytes };
  } finally {
    await browser.close();
  }
}
