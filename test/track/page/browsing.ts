import { existsSync } from "node:fs";
import { after, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];
const chrome = process.env.SULAM_CHROME ?? PLACES.find(existsSync);
const isBuilt = existsSync(fileURLToPath(new URL("../../../dist/track/page/browser/main.js", import.meta.url)));

/** Why the page cannot be tried in a browser here; false when it can. */
export const cannotBrowse: string | false =
  chrome === undefined
    ? "no Chromium is installed (Debian: apt-get install chromium) and SULAM_CHROME names none"
    : isBuilt
      ? false
      : "the page's code is not built: npx sulam setup";

let browser: Promise<Browser> | undefined;
after(async () => (await browser)?.close());

/** A page in a real browser, and what it complained about or asked of other servers. */
export async function browse(
  t: TestContext,
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  browser ??= chromium.launch({ executablePath: chrome, args: ["--no-sandbox"] });
  const context = await (await browser).newContext({ viewport: { width: 1280, height: 900 }, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("request", (request) => {
    const address = request.url();
    if (!address.startsWith(url) && !address.startsWith("data:")) complaints.push(`asked for ${address}`);
  });
  return { page, complaints };
}

/** The names of the runs in the table, from above. */
export function runNames(page: Page): Promise<string[]> {
  return page.locator("tbody .run-link span").allTextContents();
}

/** Waits until something holds. @throws {Error} when it does not in ten seconds */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let left = 200; !(await holds()); left--) {
    if (left === 0) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
