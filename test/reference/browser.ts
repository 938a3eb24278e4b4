import { join } from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { findBrowser } from "../../src/kernel/evaluator/findBrowser.ts";

const executablePath = findBrowser();

/** For `test(name, { skip }, ..)`: false where there is a browser, else the reason. */
export const noBrowser: false | string = executablePath
  ? false
  : "no browser: SULAM_CHROME names none, and none is installed (Debian: apt-get install chromium)";

/** Starts the browser, without a window. */
export function startBrowser(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  return chromium.launch({ executablePath, args });
}

/** Where SULAM_SCREENSHOTS names a folder, the picture of a page goes there for a person to look at. */
export async function keepShot(page: Page | undefined, name: string): Promise<void> {
  const shots = process.env.SULAM_SCREENSHOTS;
  if (shots) await page?.screenshot({ path: join(shots, name) });
}

/** Opens a file in the browser for `look`, as a test of its own that skips where there is no browser. */
export async function withPage(
  t: TestContext,
  file: string,
  shot: string,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  await t.test("as a browser shows it", { skip: noBrowser }, async () => {
    const browser = await startBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1000, height: 1200 } });
      try {
        await page.goto(pathToFileURL(file).href);
        await look(page);
      } finally {
        await keepShot(page, shot);
      }
    } finally {
      await browser.close();
    }
  });
}
