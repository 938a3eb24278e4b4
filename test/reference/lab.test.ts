import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { formatNotebook } from "../../src/kernel/notebook/formatNotebook.ts";
import { code, notebook } from "../kernel/notebook/notebooks.ts";
import { keepShot, noBrowser, startBrowser } from "./browser.ts";
import { installedKernel } from "./installedKernel.ts";
import { type Frontend, startJupyter } from "./lab/jupyterServer.ts";
import { NotebookPage } from "./lab/notebookPage.ts";
import { scratch, skip } from "./python.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

const table = 'import { table } from "arquero"; table({ kata: ["padi", "sawah"], kali: [3, 5] })';
const figure =
  'display.raw("application/vnd.plotly.v1+json", { data: [{ type: "bar", x: ["padi", "sawah"], y: [3, 5] }], layout: { title: { text: "kiraan" }, width: 500, height: 300 } });';
const error = "const jumlah: number = 'tiga';";

const frontends: [name: string, module: Frontend][] = [
  ["JupyterLab", "jupyterlab"],
  ["Notebook 7", "notebook"],
];

for (const [name, frontend] of frontends)
  test(`${name} in Chromium: typed cells show a value, a table, a figure and a type error`, {
    skip: skip || noBrowser,
  }, async () => {
    const folder = scratch();
    const notebooks = join(folder, "notebooks");
    mkdirSync(notebooks);
    symlinkSync(join(root, "node_modules"), join(notebooks, "node_modules"));
    const kernelspec = { name: "sulam", display_name: "sulam", language: "typescript" };
    writeFileSync(join(notebooks, "first.ipynb"), formatNotebook({ ...notebook(code("")), metadata: { kernelspec } }));
    const server = await startJupyter(frontend, notebooks, installedKernel(folder));
    const browser = await startBrowser();
    let page: NotebookPage | undefined;
    try {
      page = await NotebookPage.open(browser, server.page("first.ipynb"));
      await page.type("const kata: string[] = ['padi', 'sawah']; kata.length * 21");
      await page.output("42").waitFor({ timeout: 60_000 });
      await page.type(table);
      await page.inOutput("table td", "sawah").waitFor({ timeout: 60_000 });
      await page.type(figure);
      await page.inOutput(".js-plotly-plot .bars .point, iframe").waitFor({ timeout: 60_000 });
      await page.type(error);
      await page.output(/not assignable to type 'number'/).waitFor({ timeout: 60_000 });
    } finally {
      // for a person to look at, also when something did not come
      await keepShot(page?.page, `${frontend}.png`);
      await browser.close();
      await server.stop();
    }
  });
