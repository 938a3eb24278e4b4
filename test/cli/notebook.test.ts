import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { formatNotebook } from "../../src/kernel/notebook/formatNotebook.ts";
import type { CodeCell } from "../../src/kernel/notebook/notebook.ts";
import { readNotebook } from "../../src/kernel/notebook/notebookFile.ts";
import { fakeCommand } from "../kernel/client/startFake.ts";
import { code, notebook, text } from "../kernel/notebook/notebooks.ts";
import { cli, type Outcome, type Start, scratch } from "./cli.ts";

const folder = scratch();
const spec = join(folder, "jupyter/kernels/fake");
mkdirSync(spec, { recursive: true });
writeFileSync(
  join(spec, "kernel.json"),
  JSON.stringify({ argv: fakeCommand.argv, language: "typescript", interrupt_mode: "message" }),
);
const env = { JUPYTER_PATH: join(folder, "jupyter") };

let files = 0;
/** A notebook file of these cells. */
function file(...cells: Parameters<typeof notebook>): string {
  const path = join(folder, `${++files}.ipynb`);
  writeFileSync(path, formatNotebook(notebook(...cells)));
  return path;
}

/** `sulam notebook …` with the kernels of the test. */
function sulam(args: string[], start: Start = {}): Promise<Outcome> {
  return cli(["notebook", ...args], { ...start, env });
}

const run = (...args: string[]): Promise<Outcome> => sulam(["run", "--kernel", "fake", ...args]);
const texts = (path: string): string[] =>
  readNotebook(path)
    .cells.flatMap((cell) => (cell.cell_type === "code" ? cell.outputs : []))
    .map((output) => (output.output_type === "stream" ? output.text : output.output_type));

describe("sulam notebook run", { concurrency: 2 }, () => {
  test("writes OUT, leaves IN alone, tells each cell on standard error and nothing on standard output", async () => {
    const [input, output] = [file(text("# t"), code("print a"), code("print b")), join(folder, "out.ipynb")];
    const before = readFileSync(input, "utf8");
    const { code: exit, out, err } = await run(input, output);
    assert.deepEqual([exit, out], [0, ""], err);
    assert.match(err, /cell 1\/2 {2}\d+\.\d\d s {2}print a\ncell 2\/2 .*\nok: 2 cells in /);
    assert.deepEqual(texts(output), ["a\n", "b\n"]);
    assert.equal(readFileSync(input, "utf8"), before);
  });

  test("exits 1 on an error with the cell's number and traceback, and has written what ran before", async () => {
    const input = file(code("print a"), code("error Bad it broke"), code("print c"));
    const { code: exit, err } = await run(input);
    assert.equal(exit, 1, err);
    assert.match(
      err,
      /cell 2\/3 .* error {2}error Bad it broke\nBad: it broke\nfailed \(error\) after 2 cells in .*\. cell 2: Bad/,
    );
    assert.deepEqual(texts(input), ["a\n", "error"]);
    assert.equal((await run(input, "--allow-errors")).code, 0);
  });

  test("passes parameters typed, before, between and after the files, and values that begin with a dash", async () => {
    const input = file(
      code('let k = 1; let name = ""; let flag = false; let list = [0]; let old = 1;', ["parameters"]),
    );
    const params = join(folder, "params.yaml");
    writeFileSync(params, "list: [1, 2]\nk: 9\n");
    const output = join(folder, "with.ipynb");
    const given = ["-p", "k", "-0.5", input, "-r", "name", "7", output, "--params", params, "-y", "old: null"];
    const { code: exit, err } = await run(...given, "-p", "flag", "True");
    assert.equal(exit, 0, err);
    const [, injected] = readNotebook(output).cells;
    const lines = injected.source.split("\n").sort();
    assert.deepEqual(lines, [
      "// Parameters",
      "flag = true;",
      "k = -0.5;",
      "list = [1, 2];",
      'name = "7";',
      "old = null;",
    ]);
    const notes = readNotebook(output).metadata.papermill as Record<string, unknown>;
    assert.deepEqual(notes.parameters, { list: [1, 2], k: -0.5, old: null, flag: true, name: "7" });
  });

  test("names the parameter that a mistyped one was meant to be, before anything runs", async () => {
    const input = file(code("let epochs = 1", ["parameters"]));
    const { code: exit, err } = await run(input, join(folder, "none.ipynb"), "-p", "epoch", "2");
    assert.equal(exit, 1);
    assert.match(err, /has no epoch; it declares epochs\. Did you mean epochs\?/);
    assert.ok(!readdirSync(folder).includes("none.ipynb"), "no output");
    assert.match((await run(input, "-p", "epochs", "2")).err, /with parameters give OUT/);
    assert.match((await run(input, "-p", "epochs")).err, /-p wants a name and a value/);
  });

  test("--json prints one object: how it ended, and each cell with its time", async () => {
    const { code: exit, out } = await run(file(code("print a"), code("die")), "--json");
    assert.equal(exit, 1);
    const { status, reason, cells } = JSON.parse(out);
    assert.equal(status, "dead");
    assert.match(reason, /cell 2: DeadKernel: the kernel died: exit code 3/);
    assert.deepEqual(
      cells.map((cell: { status: string }) => cell.status),
      ["ok", "dead"],
    );
    assert.ok(cells[0].seconds >= 0, "seconds");
  });

  test("--check passes on its own outputs, and prints what differs of others, without writing", async () => {
    const input = file(code("print loss 0.5"), code("show x fig"));
    assert.equal((await run(input)).code, 0);
    const { code: same, err } = await run(input, "--check");
    assert.equal(same, 0, err);
    const changed = readFileSync(input, "utf8").replace("loss 0.5\\n", "loss 0.6\\n");
    writeFileSync(input, changed);
    const { code: exit, out } = await run(input, "--check");
    assert.equal(exit, 1);
    assert.equal(out, "cell 1: stdout differs\n  - loss 0.6\n  + loss 0.5\n");
    assert.equal((await run(input, "--check", "--tolerance", "0.2")).code, 0);
    assert.equal(readFileSync(input, "utf8"), changed);
  });

  test("Ctrl-C interrupts the cell, writes the notebook and exits 130", async () => {
    const input = file(code("print a"), code("hang"), code("print b"));
    const { code: exit, err } = await sulam(["run", "--kernel", "fake", input], {
      // once the first cell is in the file, the second runs
      meddle: (child) => {
        const timer = setInterval(() => {
          if (!readFileSync(input, "utf8").includes('"completed"')) return;
          clearInterval(timer);
          child.kill("SIGINT");
        }, 20);
      },
    });
    assert.equal(exit, 130, err);
    assert.deepEqual(texts(input), ["a\n", "error"]);
  });

  test("refuses a notebook of another language, an unknown kernel and a folder that is not there", async () => {
    const python = file(code("1"));
    const book = readNotebook(python);
    writeFileSync(
      python,
      formatNotebook({ ...book, metadata: { kernelspec: { name: "python3", language: "python" } } }),
    );
    assert.match((await sulam(["run", python])).err, /is a python notebook\. Name its kernel: --kernel python3/);
    assert.match(
      (await sulam(["run", python, "--kernel", "fakr"])).err,
      /there is no kernel fakr; Jupyter knows .*fake/,
    );
    assert.match((await run(python, join(folder, "no/out.ipynb"))).err, /there is no folder/);
  });
});

describe("the other notebook commands", { concurrency: 2 }, () => {
  const dirty = (): CodeCell => ({
    ...code("1"),
    execution_count: 1,
    outputs: [{ output_type: "stream", name: "stdout", text: "x" }],
  });

  test("strip cleans in place; --check only tells, with exit 1", async () => {
    const [one, two] = [file(dirty()), file(code("2"))];
    const check = await sulam(["strip", "--check", one, two]);
    assert.deepEqual([check.code, check.out], [1, `${one}\n`]);
    assert.equal((await sulam(["strip", one, two])).code, 0);
    assert.deepEqual(texts(one), []);
    assert.equal((await sulam(["strip", "--check", one, two])).code, 0);
  });

  test("strip touches no file when one of them is damaged", async () => {
    const [one, bad] = [file(dirty()), join(folder, "bad.ipynb")];
    writeFileSync(bad, "{");
    const { code: exit, err } = await sulam(["strip", one, bad]);
    assert.equal(exit, 1);
    assert.match(err, /bad\.ipynb: is not a notebook: it is not JSON/);
    assert.deepEqual(texts(one), ["x"]);
  });

  test("diff prints the changed lines, exits 1 on a difference and 0 without", async () => {
    const [a, b] = [file(code("one\ntwo")), file(code("one\nthree"))];
    const { code: exit, out } = await sulam(["diff", a, b]);
    assert.deepEqual([exit, out], [1, "cell 1 (code) changed\n  one\n- two\n+ three\n"]);
    const same = await sulam(["diff", a, a, "--json"]);
    assert.deepEqual([same.code, same.out], [0, '{"cells":[],"metadata":[]}\n']);
    assert.equal((await sulam(["diff", "--no-outputs", file(dirty()), file(code("1"))])).code, 0);
  });

  test("convert writes a page beside the notebook and a script to standard output", async () => {
    const input = join(folder, "page.ipynb");
    copyFileSync(file(text("# Title"), code("const a = 1")), input);
    assert.equal((await sulam(["convert", input])).code, 0);
    assert.match(readFileSync(join(folder, "page.html"), "utf8"), /<h1 id="title">Title<\/h1>/);
    const { out } = await sulam(["convert", input, "--to", "script", "-o", "-"]);
    assert.equal(out, "// # Title\n\nconst a = 1\n");
  });
});
