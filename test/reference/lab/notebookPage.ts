import type { Browser, Locator, Page } from "playwright-core";

/** A notebook open in JupyterLab or Notebook 7, worked by the keyboard as a person would. */
export class NotebookPage {
  readonly page: Page;
  readonly #panel: Locator;

  private constructor(page: Page) {
    this.page = page;
    this.#panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)");
  }

  /** Opens the notebook and waits until its kernel is idle. */
  static async open(browser: Browser, url: string): Promise<NotebookPage> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
    const notebook = new NotebookPage(page);
    await page.goto(url, { waitUntil: "domcontentloaded" });
    await notebook.#panel.locator(".jp-Cell").first().waitFor({ timeout: 120_000 });
    await notebook.#panel
      .locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
      .waitFor({ timeout: 120_000, state: "attached" });
    return notebook;
  }

  /** Types code into the last cell and runs it by Shift+Enter, which makes a new cell below. */
  async type(code: string): Promise<void> {
    const cell = this.#panel.locator(".jp-CodeCell").last();
    await cell.locator(".cm-content").click();
    // the editor closes brackets and quotes itself and types over them, as it does for a person
    await this.page.keyboard.type(code, { delay: 10 });
    // closes a completion popup, should one be open, and goes back into the cell
    await this.page.keyboard.press("Escape");
    await this.page.keyboard.press("Enter");
    await this.page.keyboard.press("Shift+Enter");
  }

  /** The first output that has this text. */
  output(text: string | RegExp): Locator {
    return this.#panel.locator(".jp-CodeCell .jp-OutputArea-output").filter({ hasText: text }).first();
  }

  /** The first thing of this kind inside an output, with this text where one is given. */
  inOutput(selector: string, hasText?: string): Locator {
    return this.#panel.locator(`.jp-OutputArea-output ${selector}`).filter({ hasText }).first();
  }
}
