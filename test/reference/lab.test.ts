import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { startJupyterLab } from "./lab/jupyterLab.ts";
import { LabPage } from "./lab/labPage.ts";
import { scratch, skip } from "./python.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const executablePath = process.env.SULAM_CHROMIUM ?? "/usr/bin/chromium";
const noBrowser = existsSync(executablePath) ? false : `no browser at ${executablePath}; Debian's package is chromium`;

const table = 'import { table } from "arquero"; table({ kata: ["padi", "sawah"], kali: [3, 5] })';
const figure =
  'display.raw("application/vnd.plotly.v1+json", { data: [{ type: "bar", x: ["padi", "sawah"], y: [3, 5] }], layout: { title: { text: "kiraan" }, width: 500, height: 300 } });';
const error = "const jumlah: number = 'tiga';";

test("JupyterLab in Chromium: typed cells show a value, a table, a figure and a type error", {
  skip: skip || noBrowser,
}, async () => {
  const folder = scratch();
  const prefix = join(folder, "prefix");
  const command = [join(root, "bin/sulam.mjs"), "kernel", "install", "--prefix", prefix];
  const installed = spawnSync(process.execPath, command, { encoding: "utf8" });
  assert.equal(installed.status, 0, installed.stderr);
  const notebooks = join(folder, "notebooks");
  mkdirSync(notebooks);
  symlinkSync(join(root, "node_modules"), join(notebooks, "node_modules"));
  const kernelspec = { name: "sulam", display_name: "sulam", language: "typescript" };
  const cells = [{ cell_type: "code", id: "a", metadata: {}, outputs: [], execution_count: null, source: [] }];
  const notebook = { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
  writeFileSync(join(notebooks, "first.ipynb"), JSON.stringify(notebook));
  const lab = await startJupyterLab(process.env.SULAM_REFERENCE_PYTHON!, notebooks, join(prefix, "share/jupyter"));
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  const browser = await chromium.launch({ executablePath, args });
  let page: LabPage | undefined;
  try {
    page = await LabPage.open(browser, lab.page("first.ipynb"));
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
    const shots = process.env.SULAM_SCREENSHOTS;
    if (shots) await page?.page.screenshot({ path: join(shots, "lab.png") });
    await browser.close();
    await lab.stop();
  }
});
