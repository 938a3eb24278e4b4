import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import ts from "typescript";
import { Checker } from "../../../src/kernel/checker/checker.ts";
import { newRegistry } from "../../../src/kernel/checker/newRegistry.ts";
import { startEvaluator, type TestEvaluator } from "./startEvaluator.ts";

describe("an error", () => {
  let evaluator: TestEvaluator;
  before(async () => {
    evaluator = await startEvaluator();
  });
  after(() => evaluator.stop());

  /** Runs TypeScript with the compiler's own source map. */
  async function runTypeScript(code: string): ReturnType<TestEvaluator["run"]> {
    const compilerOptions = { target: ts.ScriptTarget.ES2022, sourceMap: true, inlineSources: true };
    const { outputText, sourceMapText } = ts.transpileModule(code, { compilerOptions, fileName: "cell.ts" });
    return await evaluator.run(outputText, { map: sourceMapText! });
  }

  test("of a cell that ran as it was written has its own line and column too, and the line with a caret", async () => {
    const code = "// one\n[1, 2]\n  .map((x) => x.missing.deep)";
    const { error } = await evaluator.run(`'use strict';\n${code}`, { map: "" });
    const trace = error!.traceback.join("\n");
    assert.match(trace, /cell\d+\.ts:3:25\)?\n/);
    assert.ok(trace.includes(`  .map((x) => x.missing.deep)\n${" ".repeat(24)}^`), trace);
  });

  test("shows the cell's own line and column, and the line with a caret", async () => {
    const code =
      "// one\n\ninterface A { x: number }\nfunction deep(a: A): void {\n  const no = a; throw new Error('at five');\n}\ndeep({ x: 1 });";
    const { error } = await runTypeScript(code);
    const trace = error!.traceback.join("\n");
    assert.equal(error!.ename, "Error");
    assert.equal(error!.evalue, "at five");
    assert.match(trace, /at deep \(cell\d+\.ts:5:23\)\n {4}at cell\d+\.ts:7:1\n/);
    assert.ok(trace.endsWith(`  const no = a; throw new Error('at five');\n${" ".repeat(22)}^`), trace);
  });

  test("of a cell that our own checker translated shows the line as the reader wrote it, below a magic too", async () => {
    const code = "!true\r\nfunction fail(n: number): never {\r\n\tthrow new RangeError('no');\r\n}\r\nfail(1);";
    const { js, map } = new Checker("/tmp", newRegistry()).check(1, code);
    const { error } = await evaluator.run(js!, { map });
    const [head, , , ...rest] = error!.traceback.join("\n").split("\n");
    assert.equal(head, "RangeError: no");
    assert.match(rest.join("\n"), /^\ncell\d+\.ts:3\n\tthrow new RangeError\('no'\);\n\t {6}\^$/);
  });

  test("thrown later still shows the cell that made the function", async () => {
    await evaluator.run("function later() {\n  throw new TypeError('late');\n}");
    const { error } = await evaluator.run("\nlater();");
    assert.match(error!.traceback.join("\n"), /later \(cell\d+\.ts:2:1\)\n.*at cell\d+\.ts:2:1/s);
  });

  test("of a class has the class's name, or the name it gives itself", async () => {
    const named = await evaluator.run("class MyError extends RangeError { name = 'Mine' }; throw new MyError('m');");
    assert.equal(named.error!.ename, "Mine");
    const plain = await evaluator.run("class Other extends Error {}; throw new Other('m');");
    assert.equal(plain.error!.ename, "Other");
  });

  test("shows its cause, the errors of an AggregateError, and its own fields", async () => {
    const cause = await evaluator.run("throw new Error('outer', { cause: new TypeError('inner') });");
    assert.match(cause.error!.traceback.join("\n"), /Error: outer[\s\S]*caused by:\n {2}TypeError: inner/);
    const many = await evaluator.run("throw new AggregateError([new Error('p'), 5], 'both');");
    assert.match(
      many.error!.traceback.join("\n"),
      /AggregateError: both[\s\S]*error 1:\n {2}Error: p[\s\S]*error 2:\n {2}5$/,
    );
    const field = await evaluator.run("throw Object.assign(new Error('x'), { code: 'EWHY' });");
    assert.match(field.error!.traceback.join("\n"), /code: 'EWHY'/);
    const circle = await evaluator.run("const round = new Error('r'); round.cause = round; throw round;");
    assert.equal(circle.error!.evalue, "r");
  });

  test("that is no Error is shown as it is", async () => {
    for (const [js, want] of [
      ["({ code: 7 })", "{ code: 7 }"],
      ["undefined", "undefined"],
      ["null", "null"],
      ["'s'", "'s'"],
    ]) {
      assert.equal((await evaluator.run(`throw ${js};`)).error?.evalue, want);
    }
  });

  test("that cannot be read ends its cell all the same", async () => {
    for (const js of [
      "throw Object.assign(new Error(), { message: Object.create(null) });",
      "throw Object.defineProperty(new Error('x'), 'name', { get() { throw new Error('no name'); } });",
      "throw new Proxy({}, { getPrototypeOf() { throw Object.create(null); } });",
      "setTimeout(() => { throw Object.assign(new Error(), { message: Object.create(null) }); }, 1); await new Promise((done) => setTimeout(done, 50));",
    ]) {
      assert.equal((await evaluator.run(js)).error?.ename, "Error", js);
    }
  });

  test("of what cannot be shown names no file of the kernel, and a cell may have a JSON.stringify of its own", async () => {
    const { error } = await evaluator.run("display.json({ a: 1n })");
    assert.equal(error!.ename, "TypeError");
    assert.doesNotMatch(error!.traceback.join("\n"), /frames|kernel/);
    await evaluator.run("var own = JSON.stringify; JSON.stringify = () => { throw new Error('mine'); };");
    assert.equal(await evaluator.value("1 + 1"), "2");
    await evaluator.run("JSON.stringify = own;");
  });

  test("leaves what the cell had defined", async () => {
    await evaluator.run("let survivor = 41; survivor++; throw new Error('x');");
    assert.equal(await evaluator.value("survivor"), "42");
  });

  test("in a promise that nobody handles fails its cell", async () => {
    const { error } = await evaluator.run("void Promise.reject(new Error('lost one'));");
    assert.equal(error?.evalue, "lost one");
    const during = await evaluator.run(
      "void Promise.reject(new Error('lost two')); await new Promise((done) => setTimeout(done, 30)); console.log('on');",
    );
    assert.equal(during.error?.evalue, "lost two");
    assert.equal(during.stdout, "on\n");
    assert.match(during.stderr, /lost two/);
  });

  test("in a timer fails its cell while that runs, else is told on its stderr; the next cell is well", async () => {
    const during = await evaluator.run(
      "setTimeout(() => { throw new Error('boom') }, 5); await new Promise((done) => setTimeout(done, 60));",
    );
    assert.equal(during.error?.evalue, "boom");
    const cell = evaluator.begin("setTimeout(() => { throw new Error('afterwards') }, 60); 0");
    assert.equal((await evaluator.end(cell)).error, undefined);
    const next = await evaluator.run("await new Promise((done) => setTimeout(done, 200)); 1");
    assert.deepEqual([next.error, next.stderr, next.result], [undefined, "", "1"]);
    assert.match((await evaluator.end(cell)).stderr, /Uncaught Error: afterwards/);
  });
});
