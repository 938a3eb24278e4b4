import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { CheckedNotebook } from "./checkedNotebook.ts";

describe("completion and inspection", () => {
  const notebook = new CheckedNotebook();
  after(() => notebook.remove());
  notebook.run(`interface Cfg { learningRate: number; nested: { batchSize: number } }
let cfg: Cfg = { learningRate: 1, nested: { batchSize: 2 } };
interface Opt { warmupSteps: number; weightDecay: number }
function train(o: Opt) { return o; }
type Mode = 'train' | 'evaluate';
function mode(m: Mode) { return m; }
/**
 * Adds two numbers.
 * @param a the first
 */
function add2(a: number, b: number): number { return a + b; }`);

  /** The texts that the offered matches would give; \`|\` is the cursor. */
  function applied(marked: string): string[] {
    const offset = marked.indexOf("|");
    const code = marked.replace("|", "");
    const { matches, start, end, types } = notebook.checker.complete(code, offset);
    assert.equal(types.length, matches.length);
    return matches.map((match) => code.slice(0, start) + match + code.slice(end));
  }

  const offers: [string, string][] = [
    ["Math.flo|", "Math.floor"],
    ["const aa: string = 'x'; aa.toUpperC|", "const aa: string = 'x'; aa.toUpperCase"],
    ["cfg.le|", "cfg.learningRate"],
    ["cfg.nested.|", "cfg.nested.batchSize"],
    ["train({ war|", "train({ warmupSteps"],
    ["mode('ev|') ", "mode('evaluate') "],
    ["const a1 = [1];\na1.ma|\nf(1);", "const a1 = [1];\na1.map\nf(1);"],
    ["tra|", "train"],
    ["import { joi| } from 'node:path'", "import { join } from 'node:path'"],
    ["import 'node:f|'", "import 'node:fs/promises'"],
    ["%time cfg.nes|", "%time cfg.nested"],
  ];
  for (const [code, want] of offers)
    test(`${JSON.stringify(code)} offers ${JSON.stringify(want)}`, () => {
      const found = applied(code);
      assert.ok(found.includes(want), `got ${found.slice(0, 5).join(", ")}`);
    });

  test("other case is offered when nothing fits as typed", () => {
    assert.ok(applied("cfg.LEARN|").includes("cfg.learningRate"), "not offered");
  });

  test("a name shows its signature and documentation", () => {
    const { text, markdown } = notebook.checker.inspect("add2(1, 2)", 2, 0)!;
    assert.match(text, /add2\(a: number, b: number\): number\n\nAdds two numbers\.\n\n@param a the first/);
    assert.match(markdown, /^```ts\n.*add2/);
  });

  test("a call's parentheses show the called function", () => {
    assert.match(notebook.checker.inspect("add2(1, ", 8, 0)?.text ?? "", /Adds two numbers/);
  });

  test("the second level of detail adds the source", () => {
    assert.match(notebook.checker.inspect("add2", 4, 1)?.text ?? "", /return a \+ b/);
  });

  test("an unknown name is not found", () => {
    assert.equal(notebook.checker.inspect("notThereAtAll", 4, 0), null);
    assert.equal(notebook.checker.inspect("", 0, 0), null);
  });
});
