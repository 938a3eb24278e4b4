import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { InputError } from "../../src/base/errors.ts";
import { formatTable } from "../../src/cli/formatTable.ts";
import { reportError } from "../../src/cli/reportError.ts";
import { openTerminal } from "../../src/cli/terminal.ts";

/** A terminal whose clock the test sets. */
function fake(screen: { isTTY?: boolean; columns?: number }) {
  const [stdout, stderr] = [new PassThrough(), Object.assign(new PassThrough(), screen)];
  const clock = { ms: 0 };
  const terminal = openTerminal({ stdout, stderr, now: () => clock.ms });
  return { terminal, clock, said: () => String(stderr.read() ?? ""), data: () => String(stdout.read() ?? "") };
}

test("on a screen the progress line is rewritten in place, cut to its width, and gone before words", () => {
  const { terminal, clock, said } = fake({ isTTY: true, columns: 20 });
  const report = terminal.progress("training");
  report({ done: 1, total: 100, note: "loss 1.234 and much more" });
  assert.equal(said(), "training  1/100  lo");
  clock.ms = 50;
  report({ done: 2, total: 100 });
  assert.equal(said(), "", "not oftener than every 100 ms");
  clock.ms = 200;
  report({ done: 3, total: 100 });
  assert.equal(said(), "\r\x1b[Ktraining  3/100");
  terminal.words("done");
  assert.equal(said(), "\r\x1b[Kdone\n");
});

test("in a file a progress line comes every ten seconds and at the end", () => {
  const { terminal, clock, said } = fake({});
  const report = terminal.progress("training");
  for (let done = 1; done <= 100; done++) {
    clock.ms += 250;
    report({ done, total: 100 });
  }
  assert.equal(said(), "training  40/100\ntraining  80/100\ntraining  100/100\n");
});

test("data goes to standard output alone", async () => {
  const { terminal, said, data } = fake({ isTTY: true });
  await terminal.data("[1]\n");
  assert.deepEqual([data(), said()], ["[1]\n", ""]);
});

test("an error for the user is its message; any other is a bug, with its stack when asked", () => {
  const mine = new InputError("rows.jsonl:3", "field `id` is empty", "Mend it.");
  assert.equal(reportError(mine, false), "error: rows.jsonl:3: field `id` is empty. Mend it.");
  assert.match(reportError(mine, true), /Mend it\.\nInputError: .*\n {4}at /);
  assert.match(
    reportError(new TypeError("x is not a function"), false),
    /^error: x is .*\nThis is a bug in sulam\. Set SULAM/,
  );
  assert.match(reportError(new TypeError("x"), true), /This is a bug in sulam\.\nTypeError: x\n {4}at /);
});

test("errors of the operating system are worded for the user", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", path: "/x/v.npy" });
  assert.equal(reportError(full, false), "error: /x/v.npy: the disk is full. Free some space and run again.");
});

test("a table is aligned by characters, numbers to the right", () => {
  const table = formatTable({
    columns: ["system", "n", "R@1"],
    rows: [
      ["bm25", 180, 0.4666],
      ["zéro-🙂", 7, null],
    ],
  });
  assert.equal(table, "system    n    R@1\n------  ---  -----\nbm25    180  0.467\nzéro-🙂    7      -\n");
});
