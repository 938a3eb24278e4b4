import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { formatNotebook } from "../../src/kernel/notebook/formatNotebook.ts";
import { readNotebook } from "../../src/kernel/notebook/notebookFile.ts";
import { cli, scratch } from "../cli/cli.ts";
import { code, notebook, text } from "./notebook/notebooks.ts";

const folder = scratch();
mkdirSync(join(folder, "notebooks"));
mkdirSync(join(folder, "src"));
writeFileSync(join(folder, "src/two.ts"), "export const two: number = 2;\n");

function file(name: string, ...cells: Parameters<typeof notebook>): string {
  const path = join(folder, "notebooks", name);
  writeFileSync(path, formatNotebook(notebook(...cells)));
  return path;
}

describe("with the kernel itself", () => {
  test("notebook check lists the errors of all cells where they stand, each cell after those before it, running none", async () => {
    const fine = file(
      "fine.ipynb",
      code('import { two } from "../src/two.ts";'),
      code("const n: number = two;\nprocess.exit(7)"),
    );
    const bad = file(
      "bad.ipynb",
      text("# t"),
      code("let k: number = 1;"),
      code("let a = 1;\n  k = 'x';\nnope(a);"),
      code("k = true;", ["raises-exception"]),
      code("a.toFixed(); k.none"),
    );
    const { code: exit, out, err } = await cli(["notebook", "check", fine, bad]);
    assert.equal(exit, 1, err);
    const places = out.split("\n").map((line) => line.split(" ")[0]);
    assert.deepEqual(places, [`${bad}:3:2:3`, `${bad}:3:3:1`, `${bad}:5:1:16`, ""]);
    assert.match(out, /:3:2:3 Type 'string' is not assignable to type 'number'/);
    const json = await cli(["notebook", "check", fine, "--json"]);
    assert.deepEqual([json.code, json.out], [0, "[]\n"], json.err);
  });

  test("notebook run keeps every line, imports from the notebook's folder, and stops a wrong parameter at its name", async () => {
    const lines = "for (let i = 0; i < 3000; i++) console.log(i);";
    const input = file(
      "run.ipynb",
      code("let k: number = 1;", ["parameters"]),
      code('import { two } from "../src/two.ts";\ntwo * k'),
      code(lines),
    );
    const output = join(folder, "out.ipynb");
    const { code: exit, err } = await cli(["notebook", "run", input, output, "-p", "k", "21"]);
    assert.equal(exit, 0, err);
    const [, , product, loop] = readNotebook(output).cells;
    assert.ok(product.cell_type === "code" && loop.cell_type === "code", "code cells");
    assert.match(JSON.stringify(product.outputs), /"text\/plain":"42"/);
    const all = Array.from({ length: 3000 }, (_, i) => `${i}\n`).join("");
    assert.ok(
      loop.outputs.length === 1 && "text" in loop.outputs[0] && loop.outputs[0].text === all,
      "all 3,000 lines",
    );
    const wrong = await cli(["notebook", "run", input, output, "-p", "k", "many"]);
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /k = "many"/);
    assert.match(wrong.err, /cell 2: TypeCheckError: Type 'string' is not assignable to type 'number'/);
  });
});
