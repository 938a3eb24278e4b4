import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { formatNotebook } from "../../src/kernel/notebook/formatNotebook.ts";
import { splitLines } from "../../src/kernel/notebook/multiline.ts";
import { readNotebook, writeNotebook } from "../../src/kernel/notebook/notebookFile.ts";
import { parseNotebook } from "../../src/kernel/notebook/parseNotebook.ts";
import { notebook, text } from "./notebook/notebooks.ts";
import { randomNotebook } from "./notebook/randomNotebook.ts";

const python = fileURLToPath(new URL("../../.venv-dev/bin/python", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sulam-notebook-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("a random notebook survives writing and reading, and is written the same again", () => {
  for (let seed = 0; seed < 500; seed++) {
    const before = randomNotebook(seed);
    const written = formatNotebook(before);
    const read = parseNotebook(written, "x");
    assert.deepEqual(read, before, `seed ${seed}`);
    assert.equal(formatNotebook(read), written, `seed ${seed}`);
  }
});

test("nbformat itself writes the same bytes", {
  skip: existsSync(python) ? false : "no .venv-dev with nbformat",
}, () => {
  for (let seed = 0; seed < 200; seed++)
    writeFileSync(join(folder, `${seed}.ipynb`), formatNotebook(randomNotebook(seed)));
  const script = `
import sys, glob, nbformat
for path in glob.glob(sys.argv[1] + "/*.ipynb"):
    with open(path, encoding="utf-8", newline="") as file: text = file.read()
    again = nbformat.v4.writes(nbformat.v4.reads(text)) + "\\n"
    assert again == text, path
print("same")`;
  const { stdout, stderr } = spawnSync(python, ["-c", script, folder], { encoding: "utf8" });
  assert.equal(stdout, "same\n", stderr);
});

test("keys that look like numbers are sorted as texts, and an emoji after U+FFEE, as Python sorts", () => {
  const book = { ...notebook(), metadata: { "\u{1f600}": 1, "\uffee": 2, "10": 3, "9": 4, A: 5, a: 6 } };
  const keys = [...formatNotebook(book).matchAll(/"(.+)": (\d)/g)].map(([, , value]) => value).slice(0, 6);
  assert.equal(keys.join(""), "345621");
});

test("texts are cut where Python's splitlines cuts, and joined again", () => {
  const ends = ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"];
  for (const end of ends) assert.deepEqual(splitLines(`a${end}${end}b`), [`a${end}`, end, "b"], JSON.stringify(end));
  assert.deepEqual([splitLines(""), splitLines("a"), splitLines("a\n")], [[], ["a"], ["a\n"]]);
});

test("a notebook of nbformat 4.0 gets ids, the same at each reading, and none twice", () => {
  const cell = { cell_type: "code", metadata: {}, source: ["a\n", "b"], outputs: [], execution_count: null };
  const old = JSON.stringify({ nbformat: 4, nbformat_minor: 0, metadata: {}, cells: [cell, cell, cell] });
  const [first, second] = [parseNotebook(old, "x"), parseNotebook(old, "x")];
  assert.deepEqual(first, second);
  assert.equal(first.nbformat_minor, 5);
  assert.equal(first.cells[0].source, "a\nb");
  const ids = first.cells.map(({ id }) => id);
  assert.equal(new Set(ids).size, 3);
  for (const id of ids) assert.match(id, /^[a-zA-Z0-9_-]{1,64}$/);
});

test("Python's NaN and Infinity, which are no JSON, are read as null, and left alone inside texts", () => {
  const cells = '[{"cell_type": "raw", "metadata": {}, "source": "a \\" NaN"}]';
  const metadata = '{"a": [NaN, -Infinity], "Infinity": Infinity}';
  const book = parseNotebook(`{"nbformat": 4, "nbformat_minor": 5, "metadata": ${metadata}, "cells": ${cells}}`, "x");
  assert.deepEqual(book.metadata, { a: [null, null], Infinity: null });
  assert.equal(book.cells[0].source, 'a " NaN');
});

test("a file that is no notebook gets one error with its path and what is wrong", () => {
  const cell = (fields: object): string =>
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [{ metadata: {}, source: "", ...fields }] });
  const bad: [string, RegExp][] = [
    ["{", /^a\.ipynb: is not a notebook: it is not JSON \(/],
    ["[]", /^a\.ipynb: is not a notebook: a JSON object with `nbformat` is wanted/],
    [
      `{"nbformat": 3, "worksheets": []}`,
      /^a\.ipynb: has nbformat 3, only version 4 can be read\. Convert it: jupyter/,
    ],
    [`{"nbformat": 4, "nbformat_minor": 5}`, /^a\.ipynb: lacks the list `cells`/],
    [cell({ cell_type: "cod" }), /^a\.ipynb: cell 1: `cell_type` is "cod", wanted "code", "markdown" or "raw"/],
    [cell({ cell_type: "code", source: 5 }), /^a\.ipynb: cell 1: `source` is neither a text nor a list of lines/],
    [cell({ cell_type: "code", outputs: [{ output_type: "x" }] }), /^a\.ipynb: cell 1: output 1: `output_type` is "x"/],
  ];
  for (const [content, words] of bad) assert.throws(() => parseNotebook(content, "a.ipynb"), { message: words });
  const binary = join(folder, "binary.ipynb");
  writeFileSync(binary, Buffer.from([0xff, 0xfe, 0x00]));
  assert.throws(() => readNotebook(binary), /binary\.ipynb: is not a notebook: it is not UTF-8/);
  assert.throws(() => readNotebook(join(folder, "none.ipynb")), /none\.ipynb: no such file/);
});

test("writing replaces a file whole, leaves nothing beside it, and names a folder that is not there", () => {
  const path = join(folder, "whole.ipynb");
  writeNotebook(path, notebook(text("one")));
  writeNotebook(path, notebook(text("two")));
  assert.match(readFileSync(path, "utf8"), /"two"/);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes(".part")),
    [],
  );
  assert.throws(
    () => writeNotebook(join(folder, "no/x.ipynb"), notebook()),
    /x\.ipynb: there is no folder .*no\. Make it/,
  );
});

test("a notebook that only its owner may read stays so, and one behind a link stays there", () => {
  const path = join(folder, "private.ipynb");
  const link = join(folder, "link.ipynb");
  writeNotebook(path, notebook(text("one")));
  chmodSync(path, 0o600);
  symlinkSync("private.ipynb", link);
  writeNotebook(link, notebook(text("two")));
  assert.ok(lstatSync(link).isSymbolicLink(), "the link");
  assert.match(readFileSync(path, "utf8"), /"two"/);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});
