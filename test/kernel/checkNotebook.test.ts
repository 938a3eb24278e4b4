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
    // text is not counted: a run would show [2]
    assert.deepEqual(places, [`${bad}:2:2:3`, `${bad}:2:3:1`, `${bad}:4:1:16`, ""]);
    assert.match(out, /:2:2:3 Type 'string' is not assignable to type 'number'/);
    const json = await cli(["notebook", "check", fine, "--json"]);
    assert.deepEqual([json.code, json.out], [0, "[]\n"], json.err);
  });

  test("notebook check warns of type errors after %check off, exit 0; syntax errors stay errors", async () => {
    const lenient = file(
      "lenient.ipynb",
      code("%check off"),
      code("let a: number = 'x';\nnope();"),
      code("a.toFixed();"),
    );
    const warned = await cli(["notebook", "check", lenient]);
    const lines = warned.out.trim().split("\n");
    assert.deepEqual([warned.code, lines.length], [0, 2], warned.out);
    assert.match(lines[0]!, /lenient\.ipynb:2:1:5 warning: Type 'string' is not assignable to type 'number'/);
    assert.match(warned.err, /ok: 1 checked, 2 warnings/);

    const cells = [code("%check off\nlet b: number = 'x';"), code("const = 1;"), code("`\n%check on\n`; b.nope")];
    const broken = file("broken.ipynb", ...cells, code("%check on\nlet c: number = 'x';"), code("c.nope"));
    const { code: exit, out } = await cli(["notebook", "check", broken, "--json"]);
    const found = JSON.parse(out).map(({ cell, severity }: Record<string, unknown>) => [cell, severity]);
    const [warning, error] = ["warning", "error"];
    assert.deepEqual([exit, found[0], found[1], found.at(-3)], [1, [1, warning], [2, error], [3, warning]]);
    assert.deepEqual(
      found.slice(-2),
      [4, 5].map((cell) => [cell, error]),
    );
  });

  test("notebook run, a stack trace and notebook check call a cell by the same number", async () => {
    const cells = [text("# t"), code(" "), code("1", ["skip-execution"]), code("2"), text("u")];
    const path = file("numbers.ipynb", ...cells, code("const f = (): never => { throw new Error('x'); };\nf();"));
    const { err, code: exit } = await cli(["notebook", "run", path]);
    assert.equal(exit, 1);
    assert.match(err, /cell 1\/2 .* 2\ncell 2\/2 .* error .*\n(.*\n)*.*cell2\.ts:1:32/);
    assert.match(err, /\. cell 2: Error: x/);
    const wrong = file("wrong.ipynb", ...cells, code("nope"));
    assert.match((await cli(["notebook", "check", wrong])).out, /wrong\.ipynb:2:1:1 /);
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
