import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import type { CodeCell, Notebook } from "../../src/kernel/notebook/notebook.ts";
import { type RunOptions, runNotebook } from "../../src/kernel/notebook/runNotebook.ts";
import type { RunReport } from "../../src/kernel/notebook/runReport.ts";
import { startFake } from "./client/startFake.ts";
import { code, notebook, text } from "./notebook/notebooks.ts";

// connection files go here, so that what is left can be seen
const folder = mkdtempSync(join(tmpdir(), "sulam-run-"));
process.env.TMPDIR = folder;
after(() => rmSync(folder, { recursive: true, force: true }));

const names = { inputPath: "in.ipynb", outputPath: "out.ipynb", parameters: { k: 5 }, version: "test" };

/** Runs a notebook in the fake kernel. */
function run(book: Notebook, options: Partial<RunOptions> = {}): Promise<RunReport> {
  return runNotebook(book, { names, start: startFake, idleMs: 500, ...options });
}

function outputs(book: Notebook, place: number): CodeCell["outputs"] {
  return (book.cells[place] as CodeCell).outputs;
}

const stream = (line: string): CodeCell["outputs"][number] => ({ output_type: "stream", name: "stdout", text: line });

describe("a run", { concurrency: 2 }, () => {
  test("keeps every cell's outputs and counts, joins neighbouring texts of a stream, and leaves text cells alone", async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `print ${i}`).join("\n");
    const book = notebook(text("# title"), code("print a\nprint b\nwarn c\nprint d"), code(""), code(lines));
    const report = await run(book);
    assert.equal(report.status, "ok");
    assert.deepEqual(outputs(book, 1), [
      stream("a\nb\n"),
      { output_type: "stream", name: "stderr", text: "c\n" },
      stream("d\n"),
    ]);
    assert.deepEqual(outputs(book, 3), [stream(Array.from({ length: 5000 }, (_, i) => `${i}\n`).join(""))]);
    assert.deepEqual(
      report.cells.map(({ number, executionCount }) => [number, executionCount]),
      [
        [1, 1],
        [2, 2],
      ],
    );
  });

  test("shows an update in the cell that displayed, clears on the next output, and takes late output to its own cell", async () => {
    const book = notebook(code("show a one\nlate x"), code("print old\nclear\nprint new\nupdate a two"), code("hold"));
    await run(book);
    const shown = { output_type: "display_data", data: { "text/plain": "two" }, metadata: {} };
    assert.deepEqual(outputs(book, 0), [shown, stream("x\n")]);
    assert.deepEqual(outputs(book, 1), [stream("new\n")]);
  });

  test("ends at an error, with the traceback, and the later cells do not run", async () => {
    const book = notebook(code("print a"), code("error Bad it broke"), code("print never"));
    const report = await run(book);
    assert.equal(report.status, "error");
    assert.match(report.reason, /^cell 2: Bad: it broke$/);
    assert.deepEqual(outputs(book, 1), [
      { output_type: "error", ename: "Bad", evalue: "it broke", traceback: ["Bad: it broke"] },
    ]);
    assert.deepEqual(outputs(book, 2), []);
    assert.equal(report.cells.length, 2);
  });

  test("goes on after an error of a cell tagged raises-exception, and of any with allowErrors", async () => {
    const book = notebook(code("error Bad a", ["raises-exception"]), code("print on"));
    assert.equal((await run(book)).status, "ok");
    assert.deepEqual(outputs(book, 1), [stream("on\n")]);
    const other = notebook(code("error Bad a"), code("print on"));
    const report = await run(other, { allowErrors: true });
    assert.deepEqual(
      report.cells.map(({ status, isAllowed }) => [status, isAllowed]),
      [
        ["error", true],
        ["ok", false],
      ],
    );
  });

  const failures: [string, string, Partial<RunOptions>, string, RegExp][] = [
    [
      "a cell over its time",
      "print a\nhang",
      { cellTimeoutMs: 300 },
      "timeout",
      /Timeout: the cell ran for over 0.3 s/,
    ],
    ["a notebook over its time", "hang", { timeoutMs: 300 }, "timeout", /Timeout: the notebook ran for over 0.3 s/],
    [
      "a kernel that dies",
      "print a\ndie",
      {},
      "dead",
      /DeadKernel: the kernel died: exit code 3; it said:\nmy last words/,
    ],
    ["a kernel that restarts", "restart", {}, "dead", /DeadKernel: the kernel died, and what/],
    ["a missing idle", "noidle", {}, "noIdle", /MissingIdle: no `idle` came within 0.5 s/],
    ["an aborted cell", "abort", {}, "aborted", /Aborted: the kernel did not run the cell: its reply is "aborted"/],
  ];
  for (const [name, source, options, status, reason] of failures)
    test(`fails on ${name}, says so in the cell, and runs nothing more, even with allowErrors`, async () => {
      const book = notebook(code(source), code("print never"));
      let saved = "";
      const save = (): void => {
        saved = JSON.stringify(book);
      };
      const report = await run(book, { ...options, allowErrors: true, save });
      assert.equal(report.status, status);
      assert.match(report.reason, reason);
      assert.equal(report.cells.length, 1);
      const [first] = JSON.parse(saved).cells;
      assert.match(`${first.outputs.at(-1).ename}: ${first.outputs.at(-1).evalue}`, reason);
      assert.equal(JSON.parse(saved).metadata.papermill.exception, true);
    });

  test("is interrupted by its signal: the cell ends with the kernel's own error, and the run is over", async () => {
    const stop = new AbortController();
    const book = notebook(code("print a\nhang"), code("print never"));
    const report = await run(book, { signal: stop.signal, onCellStart: () => stop.abort() });
    assert.equal(report.status, "interrupted");
    assert.equal(report.cells[0].error?.ename, "KeyboardInterrupt");
    assert.equal(report.cells.length, 1);
  });

  test("saves before the first cell, after each, and at the end; papermill's notes tell what is done", async () => {
    const book = notebook(code("print a"), code("error Bad b"), code("print c"));
    const states: string[][] = [];
    const status = ({ metadata }: { metadata: Record<string, unknown> }): string =>
      (metadata.papermill as { status: string }).status;
    await run(book, { save: () => states.push(book.cells.map(status)) });
    assert.deepEqual(states, [
      ["pending", "pending", "pending"],
      ["completed", "pending", "pending"],
      ["completed", "failed", "pending"],
      ["completed", "failed", "pending"],
    ]);
  });

  test("a kernel that cannot be started is named, with its command", async () => {
    const { startKernel } = await import("../../src/kernel/client/startKernel.ts");
    const command = {
      name: "none",
      language: "",
      argv: ["/no/such/program"],
      env: {},
      interruptMode: "signal" as const,
    };
    const start = { cwd: tmpdir(), startTimeoutMs: 5000 };
    await assert.rejects(startKernel(command, start), /the kernel none: ended before it answered: spawn .*ENOENT/);
    const silent = { ...command, argv: [process.execPath, "-e", "setInterval(() => {}, 1000)"] };
    await assert.rejects(startKernel(silent, { ...start, startTimeoutMs: 300 }), /did not answer within 0.3 s/);
  });
});

test("no run leaves its connection file", () => {
  const own = readdirSync(folder).filter((name) => name.startsWith("sulam-kernel-"));
  assert.deepEqual(own, []);
});
