import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { formatNotebook } from "../../src/kernel/notebook/formatNotebook.ts";
import type { Notebook } from "../../src/kernel/notebook/notebook.ts";
import { kernelInfo } from "../../src/kernel/supervisor/kernelInfo.ts";
import { code, notebook, text } from "../kernel/notebook/notebooks.ts";
import { noBrowser, withPage } from "./browser.ts";
import { installedKernel } from "./installedKernel.ts";
import { scratch, skip } from "./python.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

const table = 'import { table } from "arquero";\ntable({ kata: ["padi", "sawah"], kali: [3, 5] })';
const figure = '({ data: [{ type: "bar", x: ["padi", "sawah"], y: [3, 5] }], layout: { title: { text: "kiraan" } } })';

describe("jupyter nbconvert --execute", { skip }, () => {
  const folder = scratch();
  let jupyterPath = "";

  before(() => {
    jupyterPath = installedKernel(folder);
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    mkdirSync(join(folder, "home"));
  });

  /** Runs nbconvert on a notebook of these cells; what it makes is `<name>.html`. */
  function nbconvert(
    name: string,
    cells: Notebook["cells"],
    ...args: string[]
  ): { status: number | null; words: string } {
    const kernelspec = { name: "sulam", display_name: "sulam", language: "typescript" };
    const input = join(folder, `${name}.ipynb`);
    // as Jupyter stores it: nbconvert colours by the stored one, before it runs the notebook
    const { language_info } = kernelInfo();
    writeFileSync(input, formatNotebook({ ...notebook(...cells), metadata: { kernelspec, language_info } }));
    const env = { ...process.env, JUPYTER_PATH: jupyterPath, HOME: join(folder, "home") };
    const command = ["-m", "nbconvert", "--execute", "--to", "html", input, ...args];
    const { status, stderr } = spawnSync(process.env.SULAM_REFERENCE_PYTHON!, command, { env, encoding: "utf8" });
    return { status, words: stderr };
  }

  test("makes a page of a notebook's text, printed lines, table and figure, and exits with 0", async (t) => {
    const cells = [text("# Kiraan"), code("for (let i = 0; i < 2000; i++) console.log('baris ' + i);"), code(table)];
    const { status, words } = nbconvert("whole", [...cells, code(figure)]);
    assert.equal(status, 0, words);
    const html = readFileSync(join(folder, "whole.html"), "utf8");
    assert.equal(html.match(/^(?:.*<pre>)?baris \d+$/gm)?.length, 2000);
    assert.ok(html.includes("<td>sawah</td><td>5</td>"), "the table is in the page");
    assert.ok(html.includes('<span class="kd">let</span>'), "the code is coloured as TypeScript");
    await withPage(t, join(folder, "whole.html"), "nbconvert.png", async (page) => {
      await page.locator(".js-plotly-plot .bars .point").nth(1).waitFor({ timeout: 60_000 });
      await page.locator(".js-plotly-plot").scrollIntoViewIfNeeded();
      assert.equal(await page.locator(".js-plotly-plot .bars .point").count(), 2);
      assert.equal(await page.locator(".js-plotly-plot .gtitle").textContent(), "kiraan");
    });
  });

  for (const [kind, cell, says] of [
    ["a type error", 'const jumlah: number = "tiga";', /TS2322: Type 'string' is not assignable to type 'number'/],
    ["the death of the process", "process.exit(3);", /exit code 3|code 3/],
  ] as const)
    test(`does not exit with 0 on ${kind}, says which, and makes no page`, () => {
      const name = kind.replaceAll(" ", "-");
      const { status, words } = nbconvert(name, [code(cell), code("console.log('never');")]);
      assert.notEqual(status, 0);
      assert.match(words, says);
      assert.ok(!existsSync(join(folder, `${name}.html`)), "a page was made");
    });

  test("takes the picture of a figure for LaTeX, after `notebook run --png`", { skip: noBrowser }, () => {
    const [input, output] = [join(folder, "figure.ipynb"), join(folder, "picture.ipynb")];
    writeFileSync(input, formatNotebook(notebook(code(`display(${figure});`))));
    const cli = join(root, "bin/sulam.mjs");
    const ran = spawnSync(process.execPath, [cli, "notebook", "run", input, output, "--png"], { encoding: "utf8" });
    assert.equal(ran.status, 0, ran.stderr);
    const command = ["-m", "nbconvert", "--to", "latex", output];
    const converted = spawnSync(process.env.SULAM_REFERENCE_PYTHON!, command, { encoding: "utf8" });
    assert.equal(converted.status, 0, converted.stderr);
    const named = /image\{.*\{([^{}]*\.png)\}/.exec(readFileSync(join(folder, "picture.tex"), "utf8"));
    assert.ok(named, "no picture in the document");
    const picture = readFileSync(join(folder, named[1]!));
    assert.deepEqual(
      [picture.toString("latin1", 1, 4), picture.readUInt32BE(16), picture.readUInt32BE(20)],
      ["PNG", 1400, 1000],
    );
    if (process.env.SULAM_SCREENSHOTS) writeFileSync(join(process.env.SULAM_SCREENSHOTS, "figure.png"), picture);
  });

  test("with --allow-errors shows the error in the page and goes on, and exits with 0", () => {
    const cells = [code('throw new RangeError("terlalu besar");'), code("console.log('sampai ' + 'sini');")];
    const { status, words } = nbconvert("allowed", cells, "--allow-errors");
    assert.equal(status, 0, words);
    const html = readFileSync(join(folder, "allowed.html"), "utf8");
    assert.ok(/terlalu besar[\s\S]*cell1\.ts:1/.test(html), "the error with its line is in the page");
    assert.ok(html.includes("sampai sini"), "the next cell ran");
  });
});
