import assert from "node:assert/strict";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { CheckedNotebook } from "./checkedNotebook.ts";

describe("a cell is checked against the cells before it", () => {
  const notebook = new CheckedNotebook();
  after(() => notebook.remove());
  const passes = (code: string): void => assert.equal(notebook.fault(code), "", code);
  const fails = (code: string, fault: RegExp): void => assert.match(notebook.fault(code), fault, code);

  test("a package that is not there is told with the command that brings it, a file is not", () => {
    fails('import { chunk } from "@nowhere/lodash-like/chunk"; chunk', /npm install @nowhere\/lodash-like$/);
    assert.doesNotMatch(notebook.fault('import { a } from "./nowhere.ts"; a'), /npm install/);
  });

  test("an error shows its cell, line, column, source line and carets, and the cell does not run", () => {
    const { js, problem } = notebook.run("const fine = 1;\n\tconst te: number = 'text';");
    assert.equal(js, undefined);
    assert.equal(problem?.ename, "TypeCheckError");
    assert.equal(problem?.evalue, "Type 'string' is not assignable to type 'number'.");
    assert.match(problem?.traceback[0] ?? "", /^cell\d+\.ts:2:8 - error TS2322: Type 'string'/);
    assert.deepEqual(problem?.traceback.slice(2), ["\tconst te: number = 'text';", "\t      ^^"]);
    fails("fine", /Cannot find name 'fine'/);
  });

  test("a syntax error has its place", () => {
    const { problem, places } = notebook.run("const ok1 = 1;\n\nconst = 3;");
    assert.equal(problem?.ename, "SyntaxError");
    assert.deepEqual([places?.[0]?.line, places?.[0]?.column], [3, 7]);
  });

  test("types, values, generics, enums, namespaces and classes cross cells", () => {
    passes("interface Pt<T> { x: T } class Base { v = 1 } enum Co { R = 2 } namespace NS { export const a = 's' }");
    passes(
      "function idt<const T>(v: T) { return v } type Id = string | number; const { q: dq, ...dr } = { q: 1, w: 2 };",
    );
    passes("const p: Pt<number> = { x: Co.R }; class Derived extends Base { override v = 2 } const id: Id = NS.a;");
    fails("new Derived().nope", /'nope' does not exist on type 'Derived'/);
    fails("const z: 'k' = idt('l')", /'"l"' is not assignable to type '"k"'/);
    fails("dr.q", /'q' does not exist/);
  });

  test("the newest declaration of a name counts, whatever it was before", () => {
    passes("const rc = 1; class RC { v = 1 } function rf() { return 1 } type RT = number");
    passes("const rc = 'two'; class RC { v = 'x' } function rf() { return 'two' } type RT = string");
    passes("const both: RT = rf() + rc + new RC().v;");
    passes("class rf { a = 1 } function RC() { return true }");
    passes("const one: number = new rf().a, yes: boolean = RC();");
  });

  test("an earlier cell keeps the meaning that it was checked with", () => {
    passes("const unit = 2; function twice(n: number) { return n * unit }");
    passes("const unit = 'metre';");
    passes("const four: number = twice(2);");
  });

  test("let can be assigned in a later cell, const cannot, and the error calls it a constant", () => {
    passes("let count = 0; const limit = 3;");
    passes("count = 5; count++;");
    fails("count = 'five'", /'string' is not assignable to type 'number'/);
    fails("limit = 4", /Cannot assign to 'limit' because it is a constant/);
  });

  test("a redeclaration may mention itself", () => {
    passes("function fact(n: number): number { return n ? n * fact(n - 1) : 1 }");
    passes("function fact(n: number): bigint { return n ? BigInt(n) * fact(n - 1) : 1n }");
    passes("const big: bigint = fact(3)");
  });

  test("var in a block, exports and a failing part do not hide names", () => {
    passes("for (const a of [1]) { var inBlock = a } export const shown = 1; export { limit }; export default 5");
    passes("inBlock + shown");
  });

  test("the name of a `using` ends with its cell", () => {
    passes("using res = { [Symbol.dispose]() {}, n: 1 }; const kept = res.n;");
    passes("kept + 1");
    fails("res", /Cannot find name 'res'/);
  });

  test("declare global lasts, and its repetition replaces it", () => {
    passes("declare global { var zork: number; interface Array<T> { second(): T } }");
    passes("[1, 2].second() + zork");
    passes("declare global { var zork: string; interface Array<T> { second(): T } }");
    passes("const s: string = zork; [1].second()");
  });

  test("an array without a type, filled in a later cell, is no error", () => {
    passes("let rows = []; rows.push(1);");
    passes("rows.push('a'); const all = rows;");
  });

  test("the kernel's own names are declared", () => {
    passes(
      "import { display as show } from 'tslab'; show.html('x'); display.clear(); await input('?'); comms.open('t')",
    );
  });

  test("a chain of cells that compute from one another keeps types and documentation", () => {
    passes("/** The start. */\nconst c0 = 1;");
    for (let i = 1; i < 40; i++)
      passes(`/** Step ${i}. */\nconst c${i} = c${i - 1} + 1, m${i} = new Map([[c${i}, ['a']]]);`);
    fails("c39.nope", /does not exist on type 'number'/);
    fails("const t: Map<string, string[]> = m39", /Map<number, string\[\]>/);
    assert.match(notebook.checker.inspect("c39", 2, 0)?.text ?? "", /const c39: number\n\nStep 39\./);
  });
});

describe("%check", () => {
  const notebook = new CheckedNotebook();
  after(() => notebook.remove());

  test("off turns type errors, not syntax errors, into a warning until it is on again", () => {
    const off = notebook.run("%check off\nconst te: number = 'text';");
    assert.match(off.warning ?? "", /^cell1\.ts:2:7 - error TS2322/);
    assert.ok(off.js, "the cell must run");
    assert.equal(notebook.run("const = 1").js, undefined);
    assert.ok(notebook.run("te.toFixed().nope").js, "still off in the next cell");
    assert.equal(notebook.run("%check on\nte.nope").js, undefined);
  });
});

describe("imports of the project", () => {
  const notebook = new CheckedNotebook();
  after(() => notebook.remove());
  const { folder } = notebook;
  mkdirSync(join(folder, "src"));
  mkdirSync(join(folder, "notebooks"));
  const tsconfig = { compilerOptions: { strict: true, lib: ["es2022"], paths: { "#lib/*": ["./src/*"] } } };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  writeFileSync(join(folder, "src/a.ts"), "export const k: number = 2; export interface Shape { a: number }\n");
  writeFileSync(join(folder, "src/plain.js"), "export const anything = 1;\n");
  const cells = new CheckedNotebook(join(folder, "notebooks"));

  test("by .js, .ts and no suffix, and by the tsconfig's paths", () => {
    const code = (path: string): string => `import { k } from '${path}'; const n: number = k;`;
    for (const path of ["../src/a.js", "../src/a.ts", "../src/a", "#lib/a.js"])
      assert.equal(cells.fault(code(path)), "");
    assert.match(cells.fault("import { k } from '../src/b.js'"), /Cannot find module '..\/src\/b.js'/);
    assert.equal(cells.fault("import { anything } from '../src/plain.js'; anything.whatever"), "");
  });

  test("the tsconfig's lib counts", () => {
    assert.match(cells.fault("Object.groupBy([1], String)"), /'groupBy' does not exist/);
  });

  test("an older lib counts too, and what it leaves out is not brought back by Node's types", () => {
    const old = new CheckedNotebook();
    const tsconfig = { compilerOptions: { strict: true, lib: ["es2020", "dom"] } };
    writeFileSync(join(old.folder, "tsconfig.json"), JSON.stringify(tsconfig));
    const cells = new CheckedNotebook(old.folder);
    assert.match(cells.fault("Object.hasOwn({}, 'a')"), /'hasOwn' does not exist/);
    assert.equal(cells.fault("const b: bigint = 1n; document.title.length + process.pid; Buffer.from('a')"), "");
    old.remove();
  });

  test("an edit, and a file that was missing, are seen", () => {
    assert.equal(cells.fault("import { k as before } from '../src/a.js'; const b: number = before"), "");
    writeFileSync(join(folder, "src/a.ts"), "export const k: string = 'two';\n");
    utimesSync(join(folder, "src/a.ts"), new Date(), new Date(Date.now() + 5000));
    assert.match(cells.fault("import { k as later } from '../src/a.js'; const b: number = later"), /'string'/);
    writeFileSync(join(folder, "src/b.ts"), "export const k = true;\n");
    assert.equal(cells.fault("import { k as found } from '../src/b.js'; const y: boolean = found"), "");
  });
});
