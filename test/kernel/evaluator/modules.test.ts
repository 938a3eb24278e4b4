import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startEvaluator, type TestEvaluator } from "./startEvaluator.ts";

describe("a cell imports", () => {
  let evaluator: TestEvaluator;
  let folder: string;
  const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "modules-"));
    for (const name of ["src", "notebooks", "node_modules/esm", "node_modules/cjs"]) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    write(
      "package.json",
      '{"name":"project","type":"module","exports":{".":{"source":"./src/main.ts","default":"./no.js"}}}',
    );
    write("tsconfig.json", '{"compilerOptions":{"strict":true,"paths":{"#lib/*":["./src/*"]}}}');
    write(
      "src/base.ts",
      "export const k: number = 2;\n\n\nexport function bad(): never {\n  throw new Error('in base');\n}\n",
    );
    write(
      "src/main.ts",
      "import { k } from './base.js';\nexport const double = (x: number): number => x * k;\nexport class Box {}\n",
    );
    write("src/state.ts", "export const state = { n: 0 };\n");
    write(
      "src/tla.ts",
      "export const nine = await Promise.resolve(9);\nexport const here: string = import.meta.url;\n",
    );
    write("src/shows.ts", "import { display } from 'tslab';\nexport const show = () => display.text('from src');\n");
    write("src/data.json", '{"x":5}');
    write(
      "node_modules/esm/package.json",
      '{"name":"esm","type":"module","exports":{"source":"./no.ts","default":"./i.js"}}',
    );
    write("node_modules/esm/i.js", "export const kind = 'esm';\n");
    write("node_modules/cjs/package.json", '{"name":"cjs","main":"./i.js"}');
    write("node_modules/cjs/i.js", "module.exports = { kind: 'cjs' };\n");
    // as TypeScript compiles `export *` for CommonJS: the names are in the other file
    write(
      "node_modules/cjs/star.js",
      "const all = (from) => { for (const name in from) exports[name] = from[name]; };\n" +
        "var __exportStar = (from, exports) => all(from);\n__exportStar(require('./more.js'), exports);\n",
    );
    write("node_modules/cjs/more.js", "exports.behindStar = 7;\n");
    evaluator = await startEvaluator(join(folder, "notebooks"));
  });
  after(() => evaluator.stop());

  const value = (js: string): Promise<string | undefined> => evaluator.value(js);

  test("names that a CommonJS package passes on with export *", async () => {
    assert.equal(await value("var { behindStar } = await __sulam_import('cjs/star.js'); behindStar"), "7");
  });

  test("project sources with .js and .ts endings and by the tsconfig's paths, as one module", async () => {
    assert.equal(await value("(await __sulam_import('../src/main.js')).double(21)"), "42");
    assert.equal(await value("(await __sulam_import('../src/main.ts')).double(4)"), "8");
    assert.equal(
      await value("(await __sulam_import('#lib/main.js')).double === (await __sulam_import('../src/main.ts')).double"),
      "true",
    );
  });

  test("__dirname and __filename are the notebook's folder and the cell's file there; modules have none", async () => {
    writeFileSync(join(folder, "paths.ts"), "export const kind: string = typeof __dirname + typeof __filename;\n");
    writeFileSync(join(folder, "own.cjs"), "module.exports = __filename;\n");
    const own = await startEvaluator(folder);
    const here = realpathSync(folder);
    try {
      assert.equal(await own.value("__dirname"), `'${here}'`);
      assert.equal(
        await own.value("const ask = () => __filename; await 0; [0].map(ask)[0]"),
        `'${join(here, "cell2.ts")}'`,
      );
      assert.equal(await own.value("ask()"), `'${join(here, "cell2.ts")}'`);
      assert.equal(await own.value("(await __sulam_import('./paths.ts')).kind"), "'undefinedundefined'");
      assert.equal(await own.value("require('./own.cjs')"), `'${join(here, "own.cjs")}'`);
      assert.equal(await own.value("let __dirname = 'mine'; __dirname"), "'mine'");
    } finally {
      await own.stop();
    }
  });

  test("modules with top-level await and import.meta, JSON, and builtins", async () => {
    assert.equal(await value("(await __sulam_import('../src/tla.js')).nine"), "9");
    assert.match((await value("(await __sulam_import('../src/tla.js')).here")) ?? "", /^'file:.*tla\.ts'$/);
    assert.equal(await value("(await __sulam_import('../src/data.json', { with: { type: 'json' } })).default.x"), "5");
    assert.equal(await value("(await __sulam_import('node:path')).join('a', 'b')"), "'a/b'");
    assert.equal(await value("typeof (await __sulam_import('fs')).readFileSync"), "'function'");
  });

  test("ESM and CommonJS packages, never a package's sources, but the project's own", async () => {
    assert.equal(await value("(await __sulam_import('esm')).kind"), "'esm'");
    assert.equal(await value("(await __sulam_import('cjs')).default.kind"), "'cjs'");
    assert.equal(await value("(await __sulam_import('project')).double(3)"), "6");
    assert.equal(await value("require('cjs').kind"), "'cjs'");
  });

  test("tslab's names as ours, also inside the project's sources", async () => {
    assert.equal(await value("(await __sulam_import('tslab')).display === display"), "true");
    const ran = await evaluator.run("(await __sulam_import('../src/shows.js')).show(); void 0");
    const shown = ran.events.find((event) => event.kind === "display");
    assert.deepEqual(shown?.kind === "display" && shown.data, { "text/plain": "from src" });
  });

  test("stack traces name source lines and columns, without Node's and the kernel's frames", async () => {
    const ran = await evaluator.run("(await __sulam_import('../src/base.js')).bad();");
    const trace = ran.error?.traceback.join("\n") ?? "";
    assert.match(trace, /bad \(.*\/src\/base\.ts:5:9\)/);
    assert.doesNotMatch(trace, /node:|evaluator\//);
  });

  test("what is missing: the error says what, from where", async () => {
    const ran = await evaluator.run("await __sulam_import('./missing.js')");
    assert.match(ran.error?.evalue ?? "", /Cannot find module .*missing\.js/);
    assert.doesNotMatch(ran.error?.traceback.join("\n") ?? "", /node:internal/);
  });

  test("new code once a file has changed, also below; the rest keeps its state, old objects live on", async () => {
    await evaluator.run(
      "let { double: oldDouble, Box } = await __sulam_import('../src/main.js'); let box = new Box();",
    );
    await evaluator.run("(await __sulam_import('../src/state.js')).state.n = 7;");
    write(
      "src/base.ts",
      "export const k: number = 10;\n\n\n\n\nexport function bad(): never {\n   throw new Error('moved');\n}\n",
    );
    assert.equal(await value("(await __sulam_import('../src/main.js')).double(2)"), "20");
    assert.equal(await value("oldDouble(2)"), "4");
    assert.equal(await value("box instanceof Box"), "true");
    assert.equal(await value("(await __sulam_import('../src/state.js')).state.n"), "7");
    const ran = await evaluator.run("(await __sulam_import('../src/base.js')).bad();");
    assert.match(ran.error?.traceback.join("\n") ?? "", /base\.ts:7:10\)/);
  });

  test("the same module while a file was only touched", async () => {
    await evaluator.run("let before = await __sulam_import('../src/state.js');");
    write("src/state.ts", "export const state = { n: 0 };\n");
    assert.equal(await value("before === await __sulam_import('../src/state.js')"), "true");
  });

  test("a file again after a syntax error was mended", async () => {
    write("src/base.ts", "export const k: = ;\n");
    const ran = await evaluator.run("await __sulam_import('../src/main.js')");
    assert.match(ran.error?.evalue ?? "", /base\.ts:1/);
    write("src/base.ts", "export const k: number = 3;\n");
    assert.equal(await value("(await __sulam_import('../src/main.js')).double(2)"), "6");
  });

  test("every project file again after %reload", async () => {
    await evaluator.run("(await __sulam_import('../src/state.js')).state.n = 5;");
    evaluator.send({ kind: "reload" });
    assert.equal(await value("(await __sulam_import('../src/state.js')).state.n"), "0");
    await evaluator.run("(await __sulam_import('../src/state.js')).state.n = 6;");
    assert.equal(await value("(await __sulam_import('../src/state.js')).state.n"), "6");
  });
});

test("TypeScript in a project without type: module may await at its top and is loaded again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "commonjs-"));
  writeFileSync(join(folder, "package.json"), '{"private":true}');
  writeFileSync(join(folder, "low.ts"), "export const nine: number = await Promise.resolve(9);\n");
  writeFileSync(join(folder, "top.ts"), "import { nine } from './low.js';\nexport const ten: number = nine + 1;\n");
  writeFileSync(join(folder, "old.ts"), "exports.where = typeof __dirname;\n");
  const evaluator = await startEvaluator(folder);
  try {
    assert.equal(await evaluator.value("(await __sulam_import('./top.js')).ten"), "10");
    writeFileSync(join(folder, "low.ts"), "export const nine: number = await Promise.resolve(90);\n");
    assert.equal(await evaluator.value("(await __sulam_import('./top.js')).ten"), "91");
    assert.equal(await evaluator.value("(await __sulam_import('./old.ts')).default.where"), "'string'");
  } finally {
    await evaluator.stop();
  }
});
