import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readMagics } from "../../../src/kernel/checker/magics.ts";

describe("magics", () => {
  test("%time keeps its expression in its column", () => {
    const { text, time } = readMagics("const a = 1;\n%time f(a)");
    assert.deepEqual([text, time], ["const a = 1;\n      f(a)", true]);
  });

  test("a ! line is a shell command, quotes and all", () => {
    assert.equal(readMagics(`!ls "a b" | wc`).text, `await __sulam_shell("ls \\"a b\\" | wc");`);
  });

  test("%reload and %check", () => {
    assert.equal(readMagics("%reload").reload, true);
    assert.equal(readMagics("%check off").check, false);
    assert.equal(readMagics("%check on").check, true);
    assert.equal(readMagics("1").check, undefined);
  });

  test("every line stays on its line", () => {
    assert.equal(readMagics("%time\n%reload\n!ls\nx").text.split("\n").indexOf("x"), 3);
  });

  test("an unknown magic is an error that lists those that exist", () => {
    const { error } = readMagics("1;\n%matplotlib inline");
    assert.equal(error?.line, 2);
    assert.match(error?.message ?? "", /%matplotlib.*%time.*%check.*%reload.*!shell/);
  });

  test("text, expressions and negations are left alone", () => {
    for (const code of [
      "`\n%time\n!ls\n`",
      "const a = b +\n!c",
      "f(\n%d)",
      " !done && run()",
      "!(a) && b",
      "!!a",
      "x\n% y",
    ])
      assert.equal(readMagics(code).text, code);
  });
});
