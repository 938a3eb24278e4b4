import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { codeLiteral } from "../../src/kernel/notebook/codeLiteral.ts";
import { injectParameters } from "../../src/kernel/notebook/injectParameters.ts";
import type { Notebook } from "../../src/kernel/notebook/notebook.ts";
import { code, notebook, text } from "./notebook/notebooks.ts";
import { randomNotebook } from "./notebook/randomNotebook.ts";

const tagged = code("let k: number = 10, { name } = { name: 'x' };\nconst fixed = 1;\nvar old;", ["parameters"]);
const sources = ({ cells }: Notebook): string[] => cells.map(({ source }) => source);

test("assigns in a cell right after the tagged one, so that the declared types hold", () => {
  const book = notebook(text("# t"), tagged, code("k"));
  const injected = injectParameters(book, { k: 5, name: 'a"b', old: null }, { who: "x" });
  assert.deepEqual(sources(injected), [
    "# t",
    tagged.source,
    '// Parameters\nk = 5;\nname = "a\\"b";\nold = null;',
    "k",
  ]);
  assert.deepEqual(injected.cells[2].metadata, { tags: ["injected-parameters"] });
  assert.deepEqual(sources(book), ["# t", tagged.source, "k"], "the notebook given is left as it was");
});

test("replaces an earlier injected cell where it stands, and keeps its id", () => {
  const once = injectParameters(notebook(tagged, code("k")), { k: 5 }, { who: "x" });
  const twice = injectParameters(once, { k: 6 }, { who: "x" });
  assert.deepEqual(sources(twice), [tagged.source, "// Parameters\nk = 6;", "k"]);
  assert.equal(twice.cells[1].id, once.cells[1].id);
});

test("declares at the top when no cell is tagged, with a warning", () => {
  const said: string[] = [];
  const injected = injectParameters(notebook(code("k")), { k: 5 }, { who: "a.ipynb", warn: (line) => said.push(line) });
  assert.deepEqual(sources(injected), ["// Parameters\nlet k = 5;", "k"]);
  assert.match(said.join(), /^a\.ipynb: no cell is tagged `parameters`/);
});

test("refuses a name that the tagged cell does not have, or has as a constant, or that is no name", () => {
  const inject = (parameters: Record<string, unknown>, book = notebook(tagged)): Notebook =>
    injectParameters(book, parameters, { who: "a.ipynb", nearest: () => "name" });
  assert.throws(() => inject({ nam: 1 }), {
    message: "a.ipynb: the cell tagged `parameters` has no nam; it declares k, name, fixed, old. Did you mean name?",
  });
  assert.throws(() => inject({ fixed: 2 }), /the parameter fixed is declared with `const`\. Write `let fixed`/);
  assert.throws(() => inject({ "a; evil()": 2 }, notebook()), /a; evil\(\) is not a name/);
});

test("a literal evaluates to the value that it stands for", () => {
  const values: unknown[] = [NaN, Infinity, -Infinity, -0, 1e21, "\u2028</script>`$", [1, [null, true]], {}];
  for (let seed = 0; seed < 200; seed++) values.push(randomNotebook(seed).metadata);
  for (const value of values) {
    const back = runInNewContext(`(${codeLiteral(value)})`);
    assert.ok(Object.is(back, value) || JSON.stringify(back) === JSON.stringify(value), codeLiteral(value));
  }
  const trick = runInNewContext(`(${codeLiteral(JSON.parse('{"__proto__": {"a": 1}}'))})`);
  assert.deepEqual(Object.keys(trick), ["__proto__"]);
});
