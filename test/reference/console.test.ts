import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { installedKernel } from "./installedKernel.ts";
import { ask, scratch, skip } from "./python.ts";

describe("jupyter console, typed into through a pseudo terminal", { skip }, () => {
  let screen: Record<string, string> & { "exit code": number };
  before(() => {
    const folder = scratch();
    screen = ask("console.py", { folder, jupyterPath: installedKernel(folder) });
  });

  test("greets with the versions", () => assert.match(screen.banner, /sulam \S+: TypeScript \S+ on Node \S+/));
  test("shows an expression's value", () => assert.match(screen.expression, /Out\[1\]: 42\n/));
  test("asks for more lines until a function is whole, and indents them", () => {
    assert.match(screen.more, /In \[2\]:[\s\S]*\.\.\.: {3}/);
    assert.match(screen.function, /return x \* 2;[\s\S]*In \[3\]: $/);
    assert.match(screen.call, /Out\[3\]: 4\n/);
  });
  test("shows a type error with its line and a caret", () =>
    assert.match(
      screen["type error"],
      /cell4\.ts:1:7 .*TS2322: Type 'string' is not assignable to type 'number'\.\n\n.*\n {6}\^{6}\n/,
    ));
  test("completes by Tab", () => assert.match(screen.completion, /Out\[5\]: 2\n/));
  test("ends an endless loop on Ctrl-C, and keeps the state", () => {
    assert.match(screen.interrupt, /Interrupted: [\s\S]*In \[7\]: $/);
    assert.match(screen.state, /Out\[7\]: 'padi\+sawah'\n/);
  });
  test("answers the kernel's question", () => assert.match(screen.input, /Out\[8\]: 'Siti!'\n/));
  test("leaves on Ctrl-D with exit code 0", () => assert.equal(screen["exit code"], 0));
});
