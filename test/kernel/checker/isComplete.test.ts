import assert from "node:assert/strict";
import { test } from "node:test";
import { isComplete } from "../../../src/kernel/checker/isComplete.ts";

const cases = {
  complete: [
    "1",
    "let x = 1;",
    "function f() { return 1; }",
    "const t: number = 3",
    "",
    "async ()",
    "const e = <b>x</b>",
  ],
  incomplete: [
    "function f() {",
    "const a = [1,",
    "if (true) {",
    "`abc",
    "if (x)",
    "1 +",
    "/* x",
    "f(a, b",
    "a.",
    "x =>",
  ],
  invalid: ["let let = ;", "1 = = 2", ")", "'abc", "const = 3", "f(]"],
} as const;

for (const [status, codes] of Object.entries(cases))
  for (const code of codes)
    test(`${JSON.stringify(code)} is ${status}`, () => assert.equal(isComplete(code).status, status));

test("a comment behind does not make unfinished code invalid", () => {
  assert.equal(isComplete("1 + // and\n").status, "incomplete");
});

test("the next line is indented after an opening bracket, and as the last line else", () => {
  assert.equal(isComplete("if (a) {\n  for (;;) {").indent, "    ");
  assert.equal(isComplete("f(1,\n  2,").indent, "  ");
});
