import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Cell, CodeCell, Notebook } from "../../src/kernel/notebook/notebook.ts";
import { readNotebook } from "../../src/kernel/notebook/notebookFile.ts";

const folder = fileURLToPath(new URL("../../notebooks", import.meta.url));
/** The course; others that lie beside it are their writers' own. */
const names = readdirSync(folder).filter((name) => /^\d\d-.*\.ipynb$/.test(name));
const LONGEST_CELL = 16;

function codeOf({ cells }: Notebook): CodeCell[] {
  return cells.filter((cell) => cell.cell_type === "code");
}

/** What the cells before this one printed and showed, as text. */
function saidBefore({ cells }: Notebook, place: number): string {
  const outputs = cells.slice(0, place).flatMap((cell) => (cell.cell_type === "code" ? cell.outputs : []));
  return outputs
    .map((output) => {
      if (output.output_type === "stream") return output.text;
      if (!("data" in output)) return "";
      return `${output.data["text/plain"] ?? ""} ${output.data["text/markdown"] ?? ""}`;
    })
    .join("\n");
}

/** Decimal fractions of a text, without the 0 before the point, by which tables and prose differ. */
function fractions(text: string): string[] {
  return [...text.matchAll(/(?<![\d.])\d*\.\d+/g)].map(([number]) => number.replace(/^0\./, "."));
}

/** A number of the prose stands in the outputs as it is, or is one of them rounded. */
function isSaid(number: string, said: readonly string[]): boolean {
  const digits = number.split(".")[1]!.length;
  return said.some((one) => one === number || Number(one).toFixed(digits).replace(/^0\./, ".") === number);
}

describe("the course", () => {
  test("has its notebooks numbered in order", () => {
    assert.deepEqual(
      names.map((name) => Number(name.slice(0, 2))),
      names.map((_name, i) => i + 1),
    );
  });
});

for (const [i, name] of names.entries()) {
  const notebook = readNotebook(join(folder, name));
  const place = (start: string): number => notebook.cells.findIndex((cell) => cell.source.includes(start));

  describe(name, () => {
    test("opens with its question, its needs, and the way on and back", () => {
      const head = notebook.cells[0]!.source;
      assert.match(head, new RegExp(`^# ${i + 1} · `));
      for (const part of ["**Question.**", "**Needs.**", "**Before this one:**", "**After it:**", "docs/glossary.md"])
        assert.ok(head.includes(part), `no ${part}`);
      for (const near of [names[i - 1], names[i + 1]])
        if (near !== undefined) assert.ok(head.includes(`(${near})`), `no link to ${near}`);
    });

    test("goes from five rows by hand to the library's call, a figure, a finding and exercises", () => {
      const parts = ["## Five rows", "## One step by hand", "## The library's call", "## A figure", "**Finding.**"];
      const places = [...parts, "## Exercises"].map(place);
      assert.ok(
        places.every((at) => at >= 0),
        `missing: ${parts.filter((_part, j) => places[j]! < 0)}`,
      );
      assert.deepEqual(
        places,
        places.toSorted((a, b) => a - b),
      );
      const exercises = notebook.cells[place("## Exercises")]!.source;
      assert.equal(exercises.match(/^\d\. /gm)?.length, 3, "three exercises");
      assert.ok(existsSync(join(folder, "solutions", name.replace(/ipynb$/, "ts"))), "no solutions");
    });

    test("has links that lead somewhere", () => {
      const links = notebook.cells.flatMap(({ cell_type, source }) =>
        cell_type === "markdown" ? [...source.matchAll(/\]\(([^)#]+)/g)].map(([, link]) => link!) : [],
      );
      assert.deepEqual(
        links.filter((link) => !/^https?:/.test(link) && !existsSync(join(folder, link))),
        [],
      );
    });

    test("has short cells, all run in order without an error", () => {
      const code = codeOf(notebook);
      for (const { source, id } of code)
        assert.ok(source.split("\n").length <= LONGEST_CELL, `${id} has ${source.split("\n").length} lines`);
      assert.deepEqual(
        code.map((cell) => cell.execution_count),
        code.map((_cell, j) => j + 1),
      );
      assert.ok(code.every(({ outputs }) => outputs.every(({ output_type }) => output_type !== "error")));
    });

    test("shows a figure, with a picture and its text for those who cannot draw it", () => {
      const figures = codeOf(notebook).flatMap(({ outputs }) =>
        outputs.flatMap((output) =>
          "data" in output && "application/vnd.plotly.v1+json" in output.data ? [output.data] : [],
        ),
      );
      assert.ok(figures.length > 0, "no figure");
      for (const data of figures) {
        assert.ok(data["image/png"], "no picture");
        assert.ok(String(data["text/plain"]).includes("\n"), "its text says nothing");
        assert.equal(data["text/html"], undefined, "2 MB of plotly: store it by npm run notebooks -- --write");
      }
    });

    test("finds nothing that a cell above has not computed", () => {
      const at = place("**Finding.**");
      const finding = (notebook.cells[at] as Cell).source;
      const numbers = fractions(finding);
      const said = fractions(saidBefore(notebook, at));
      assert.ok(numbers.length > 0, "the finding has no number");
      assert.deepEqual(
        numbers.filter((number) => !isSaid(number, said)),
        [],
      );
    });

    test("names no folder of the machine it ran on", () => {
      const text = JSON.stringify(notebook.cells);
      assert.ok(!text.includes(dirname(folder)), "it holds the path of a checkout");
    });
  });
}
