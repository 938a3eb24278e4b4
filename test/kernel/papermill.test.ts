import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ownKernel } from "../../src/kernel/client/kernelCommand.ts";
import { startKernel } from "../../src/kernel/client/startKernel.ts";
import { formatNotebook } from "../../src/kernel/notebook/formatNotebook.ts";
import type { Notebook } from "../../src/kernel/notebook/notebook.ts";
import { readNotebook } from "../../src/kernel/notebook/notebookFile.ts";
import { runNotebook } from "../../src/kernel/notebook/runNotebook.ts";
import { code, notebook, text } from "./notebook/notebooks.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const python = join(root, ".venv-dev/bin/python");
const hasPapermill = existsSync(python) && spawnSync(python, ["-c", "import papermill"]).status === 0;

interface Outcome {
  status: number | null;
  stderr: string;
}

describe("the real papermill", { skip: hasPapermill ? false : "no papermill in .venv-dev" }, () => {
  const folder = mkdtempSync(join(tmpdir(), "sulam-papermill-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const input = join(folder, "in.ipynb");
  const output = join(folder, "out.ipynb");
  const packages = join(folder, "packages");
  const ours = (): Notebook => {
    const tagged = code('let k: number = 1;\nlet s = "";\nlet o: object = {};\nlet x = 0.5;', ["parameters"]);
    const book = notebook(text("# t"), tagged, code("console.log(JSON.stringify([k, s, o]), x)"));
    const kernelspec = { name: "sulam", language: "typescript", display_name: "TypeScript" };
    return { ...book, metadata: { kernelspec } };
  };

  before(() => {
    // a copy: building a package writes into its folder
    const copy = join(folder, "source");
    cpSync(join(root, "src/kernel/papermill"), copy, { recursive: true });
    const install = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"];
    const { status, stderr } = spawnSync(python, [...install, "--target", packages, copy], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const spec = join(folder, "jupyter/kernels/sulam");
    mkdirSync(spec, { recursive: true });
    const { argv, language, interruptMode } = ownKernel();
    const kernel = { argv, language, display_name: "TypeScript", interrupt_mode: interruptMode };
    writeFileSync(join(spec, "kernel.json"), JSON.stringify(kernel));
    writeFileSync(input, formatNotebook(ours()));
  });

  /** Runs papermill on the notebook, with our package when `path` names it. */
  function papermill(path: string, ...args: string[]): Promise<Outcome> {
    const env = { ...process.env, JUPYTER_PATH: join(folder, "jupyter"), PYTHONPATH: path, IPYTHONDIR: folder };
    const child = spawn(python, ["-m", "papermill", "--no-progress-bar", input, output, ...args], { env, cwd: folder });
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    return new Promise((resolve) => child.on("close", (status) => resolve({ status, stderr })));
  }

  test("runs our notebook with parameters, each as the type that it is, and notes what our runner notes", async () => {
    const values = ["-p", "k", "5", "-r", "s", 'a"\\\n\u{1f600}', "-y", "{o: {__proto__: [true, null]}, x: .inf}"];
    const { status, stderr } = await papermill(packages, ...values);
    assert.equal(status, 0, stderr);
    const theirs = readNotebook(output);
    assert.deepEqual(theirs.cells[2].metadata.tags, ["injected-parameters"]);
    const printed = theirs.cells[3];
    assert.ok(printed.cell_type === "code", "the last cell");
    const said = {
      output_type: "stream",
      name: "stdout",
      text: '[5,"a\\"\\\\\\n😀",{"__proto__":[true,null]}] Infinity\n',
    };
    assert.deepEqual(printed.outputs, [said]);

    const book = ours();
    const names = { inputPath: input, outputPath: output, parameters: {}, version: "test" };
    const start = { cwd: folder, startTimeoutMs: 60_000 };
    const report = await runNotebook(book, { names, start: (told) => startKernel(ownKernel(), { ...told, ...start }) });
    assert.equal(report.status, "ok", report.reason);
    const keys = (notes: unknown): string[] => Object.keys(notes as object).sort();
    assert.deepEqual(keys(book.metadata.papermill), keys(theirs.metadata.papermill));
    assert.deepEqual(keys(book.cells[1].metadata.papermill), keys(theirs.cells[1].metadata.papermill));
  });

  test("fails on a value of a wrong type, at the parameter's name", async () => {
    const { status, stderr } = await papermill(packages, "-p", "k", "five");
    assert.equal(status, 1, stderr);
    assert.match(stderr, /k = "five"/);
    assert.match(stderr, /Type 'string' is not assignable to type 'number'/);
  });

  test("cannot do it without the package", async () => {
    const { status, stderr } = await papermill("", "-p", "k", "5");
    assert.equal(status, 1);
    assert.match(stderr, /No parameter translator functions specified for kernel 'sulam' or language 'typescript'/);
  });
});
