import assert from "node:assert/strict";
import type { Runtime } from "node:inspector";
import { Session } from "node:inspector/promises";
import { SourceMap } from "node:module";
import { after, before, describe, test } from "node:test";
import ts from "typescript";
import { parseCell } from "../../../src/kernel/checker/parseCell.ts";
import { translate } from "../../../src/kernel/checker/translate.ts";

const place = { cwd: "/tmp", fileName: "cell3.ts", options: { jsx: ts.JsxEmit.ReactJSX }, code: "" };

function js(code: string, typeOnly: string[] = []): string {
  return translate(parseCell(code), new Set(typeOnly), place).js;
}

describe("a translated cell runs in the inspector's replMode", () => {
  const session = new Session();
  const helper = globalThis as { __sulam_import?: unknown };
  before(() => {
    session.connect();
    helper.__sulam_import = async (specifier: string, options?: object) =>
      options ? { default: { specifier, options } } : import(specifier);
  });
  after(() => {
    session.disconnect();
    delete helper.__sulam_import;
  });

  function run(code: string): Promise<unknown> {
    return value(js(code));
  }

  async function value(expression: string): Promise<unknown> {
    const parameters = { expression, replMode: true, awaitPromise: true, returnByValue: true };
    const answer: unknown = await session.post("Runtime.evaluate", parameters);
    const { result, exceptionDetails } = answer as Runtime.EvaluateReturnType;
    assert.equal(exceptionDetails?.exception?.description, undefined, expression);
    return result.value;
  }

  test("a cell of plain expressions is not touched, and gives what its translation would", async () => {
    const cells = [
      "1 + 1",
      `\`a\${[1, 2].map((x) => x * 2).join()}b\``,
      "({ a: 1, ...{ b: [3, ...[4]] }, [`k`]: typeof null })",
      "'abc'",
      "await Promise.resolve(5) // a comment",
      "await (async ([a, { b = 2 }], ...rest) => a ?? b + rest.length)([null, {}], 1)",
      "Math.max(...[1, 2]); ; new Date(0).getTime()",
      "/a+/g.test('caa') ? 1n.toString() : !0",
      "globalThis.__set = 6",
      "globalThis.__set &&= 7",
      "(1, 2)",
    ];
    for (const code of cells) {
      const kept = translate(parseCell(code), new Set(), { ...place, code });
      assert.equal(kept.map, "", code);
      const [a, b] = [await value(kept.js), await value(js(code))];
      assert.deepEqual(a, b, code);
    }
  });

  test("any kind of declaration can be followed by any other", async () => {
    const kinds = [
      "const it = 1",
      "let it = 2",
      "var it = 3",
      "function it() {}",
      "class it {}",
      "enum it { A }",
      "namespace it { export const a = 1 }",
      "import it from 'node:fs'",
      "import * as it from 'node:os'",
      "import { join as it } from 'node:path'",
      "const { it } = { it: 5 }",
      "for (const x of [1]) { var it = x }",
      "import it = require('node:fs')",
    ];
    (globalThis as { require?: unknown }).require ??= () => ({});
    for (const first of kinds)
      for (const second of kinds) {
        await run(first);
        await run(second);
      }
    await run("const it = 'last'");
    assert.equal(await run("it"), "last");
  });

  test("the value is that of the last statement, when that is an expression", async () => {
    const values: [string, unknown][] = [
      ["1; 2", 2],
      ["const q1 = 5; q1 * 2", 10],
      ["const q2 = 5;", undefined],
      ["5; const q3 = 6;", undefined],
      ["6;;; // comment\n/* and */", 6],
      ["'text'", "text"],
      ["await Promise.resolve(6)", 6],
      ["5; type T = number;", undefined],
      ["for (let i = 0; i < 3; i++) i", undefined],
      ["5; var q4 = 7", undefined],
      ["enum Q5 { A = 3 }", undefined],
      ["export default 8", 8],
      ["let q6 = 1; q6 = 5;", undefined],
      ["let q7 = [1]; q7[0] += 5", undefined],
      ["let q8 = 1; q8 === 1", true],
      ["using u = { [Symbol.dispose]() {} }; 9", 9],
      ["", undefined],
    ];
    for (const [code, value] of values) assert.equal(await run(code), value, code);
  });

  test("functions are hoisted, and call themselves by the name in scope", async () => {
    assert.equal(await run("const early = later(); function later() { return 4 } early"), 4);
    await run("function again(n: number): number { return n ? again(n - 1) : 0 } const old = again;");
    await run("function again() { return 'new' }");
    assert.equal(await run("old(1)"), "new");
  });

  test("imports come first, by default, name and namespace, with attributes, and dynamically", async () => {
    assert.equal(await run("join('a', 'b'); import { join } from 'node:path'; join('c', 'd')"), "c/d");
    assert.equal(
      await run("import p, { sep as s } from 'node:path'; import * as all from 'node:path'; p.sep + s + all.sep"),
      "///",
    );
    assert.equal(await run("typeof (await import('node:fs')).readFileSync"), "function");
    const loaded = await run("import data from './d.json' with { type: 'json' }; data");
    assert.deepEqual(loaded, { specifier: "./d.json", options: { with: { type: "json" } } });
    assert.equal(await run("import.meta.url"), "file:///tmp/cell3.ts");
  });

  test("using is disposed at the end of its cell; decorators run", async () => {
    await run("const seen: string[] = []; using u1 = { [Symbol.dispose]() { seen.push('gone') } }; seen.push('body')");
    assert.deepEqual(await run("seen"), ["body", "gone"]);
    await run(
      "const named = (c: unknown, k: { name?: string }) => { seen.push(String(k.name)) }; @named class Deco {}",
    );
    assert.equal(await run("seen.at(-1)"), "Deco");
  });

  test("var with patterns, in loops and twice", async () => {
    assert.equal(
      await run("var { a, b: [c = 2], ...r } = { a: 1, b: [], d: 4 } as any; var a = a + 10; a + c + r.d"),
      17,
    );
    assert.equal(await run("for (var i = 0; i < 3; i++) {} for (var k in { x: 1 }) {} i + k"), "3x");
  });
});

describe("the translation", () => {
  test("drops names that mean only types, and loads the rest although the cell does not use it", () => {
    assert.doesNotMatch(js("import { T } from './t.js'", ["T"]), /import/);
    assert.match(
      js("import { T, v } from './t.js'", ["T"]),
      /let \{ v: v \} = await __sulam_import\('\.\/t\.js'\)|let \{ v \} =/,
    );
    assert.doesNotMatch(js("import type { T } from './t.js'; import { type U } from './t.js'"), /T|U/);
  });

  test("a cell with types, declarations, imports or blocks is translated", () => {
    for (const code of [
      "x as number",
      "x!",
      "f<string>(x)",
      "((x: number) => x)",
      "((x?) => x)",
      "<T>(x) => x",
      "import('./a.ts')",
      "import.meta.url",
      "let a = 1",
      "(() => { var x = 1; return x })()",
      "(function () {})",
      "(class { x = 1 })",
      "x satisfies object",
      "if (x) 1",
    ])
      assert.notEqual(translate(parseCell(code), new Set(), { ...place, code }).map, "", code);
    const magic = translate(parseCell(" ".repeat(5)), new Set(), { ...place, code: "%time" });
    assert.notEqual(magic.map, "", "a cell with a magic");
  });

  test("maps lines and columns exactly", () => {
    const code =
      "// one\n\nfunction deep(): void {\n  throw   new Error('at four');\n}\nimport x from 'y';\n\n  deep();";
    const { js: text, map } = translate(parseCell(code), new Set(), place);
    const source = new SourceMap(JSON.parse(map));
    const lines = text.split("\n");
    for (const [what, line, column] of [
      ["new Error", 3, 10],
      ["deep();", 7, 2],
    ] as const) {
      const at = lines.findIndex((one) => one.includes(what));
      const found = source.findEntry(at, lines[at]!.indexOf(what)) as { originalLine: number; originalColumn: number };
      assert.deepEqual([found.originalLine, found.originalColumn], [line, column], what);
    }
  });

  test("reads JSX only where plain TypeScript cannot", () => {
    assert.match(js("const e = <b x={1}>t</b>"), /_jsx\("b"/);
    assert.match(js("const id = <T>(x: T) => x, y = <number>id(1)"), /let id = \(x\) => x, y = id\(1\)/);
  });
});
