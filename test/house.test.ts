import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkHouse, checkLength } from "./house/checkHouse.ts";
import type { SourceText } from "./house/sourceFile.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

function read(folder: string, ending: RegExp): SourceText[] {
  const names = readdirSync(join(root, folder), { recursive: true }) as string[];
  const own = names.filter((name) => ending.test(name) && !name.includes("node_modules/"));
  const paths = own.map((name) => `${folder}/${name}`);
  return paths.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** What the house says of one file; `zod` and `left-pad` are in package.json. */
function complaints(path: string, text: string): string[] {
  return checkHouse([{ path, text }], ["zod", "left-pad"]);
}

describe("the house", () => {
  test("src keeps its rules", () => {
    const files = read("src", /\.ts$/);
    assert.ok(files.length > 50, `only ${files.length} files were read`);
    assert.deepEqual(checkHouse(files, Object.keys(dependencies)), []);
  });

  test("no file of the repository has over 400 lines", () => {
    const files = [
      ...read("src", /\.(cc|h)$/),
      ...read("test", /\.(ts|py|mjs)$/),
      ...read("bench", /\.(ts|py|mjs)$/),
      ...read("scripts", /\.mjs$/),
      ...read("bin", /\.mjs$/),
    ];
    assert.ok(files.length > 30, `only ${files.length} files were read`);
    assert.deepEqual(files.flatMap(checkLength), []);
  });
});

describe("each rule of the house catches a breach", () => {
  test("a well-kept file passes", () => {
    const text = `import { readFileSync } from "node:fs";
import type { Engine } from "../engine/engine.ts";
import { helper } from "./helper.ts";
/** Two. */
export const two = 2;
`;
    assert.deepEqual(complaints("src/model/a.ts", text), []);
    assert.deepEqual(complaints("src/config/a.ts", `import { z } from "zod";`), []);
  });

  const imports: [string, string][] = [
    ["a static import", `import { a } from "../train/a.ts";`],
    ["a type import", `import type { A } from "../train/a.ts";`],
    ["an import for its effect", `import "../train/a.ts";`],
    ["a re-export", `export { a } from "../train/a.ts";`],
    ["a dynamic import", `const a = await import("../train/a.ts");`],
    ["a type-only dynamic import", `type A = import("../train/a.ts").A;`],
    ["require", `const a = require("../train/a.ts");`],
  ];
  for (const [name, text] of imports) {
    test(`${name} that points up`, () => {
      assert.deepEqual(complaints("src/model/b.ts", text), ["src/model/b.ts:1: model imports up from train"]);
    });
  }

  test("an import that points sideways", () => {
    const text = `\nimport { a } from "../search/a.ts";`;
    assert.deepEqual(complaints("src/model/b.ts", text), ["src/model/b.ts:2: model imports sideways from search"]);
  });

  test("an import of a folder inside another room", () => {
    const text = `import { a } from "../../train/deep/a.ts";`;
    assert.deepEqual(complaints("src/track/page/b.ts", text), ["src/track/page/b.ts:1: track imports up from train"]);
  });

  test("an import of the public names from inside", () => {
    assert.deepEqual(complaints("src/lab/b.ts", `import { a } from "../index.ts";`), [
      "src/lab/b.ts:1: lab imports up from index.ts",
    ]);
  });

  test("an import that leaves src", () => {
    assert.deepEqual(complaints("src/lab/b.ts", `import a from "../../test/a.ts";`), [
      "src/lab/b.ts:1: lab imports from test, which is no room of the house",
    ]);
  });

  test("a room that the house does not have", () => {
    assert.deepEqual(complaints("src/attic/b.ts", ""), ["src/attic/b.ts: attic is no room of the house"]);
  });

  test("an npm package outside its room, a part of it too", () => {
    const want = ["src/train/b.ts:1: zod is imported in train, its room is config"];
    assert.deepEqual(complaints("src/train/b.ts", `import { z } from "zod";`), want);
    assert.deepEqual(complaints("src/train/b.ts", `import { z } from "zod/v4";`), want);
  });

  test("an npm package in base", () => {
    assert.equal(complaints("src/base/b.ts", `import { z } from "zod";`).length, 1);
  });

  test("an npm package without a room", () => {
    const want = ["src/train/b.ts:1: left-pad is imported in train, its room is not yet chosen"];
    assert.deepEqual(complaints("src/train/b.ts", `import pad from "left-pad";`), want);
  });

  test("an npm package that package.json does not list", () => {
    const want = ["src/data/b.ts:1: @uwdata/flechette is not a dependency in package.json"];
    assert.deepEqual(complaints("src/data/b.ts", `import f from "@uwdata/flechette";`), want);
  });

  test("a file of 401 lines", () => {
    assert.deepEqual(complaints("src/train/b.ts", `${"\n".repeat(399)}f();`), []);
    assert.deepEqual(complaints("src/train/b.ts", `${"\n".repeat(400)}f();`), [
      "src/train/b.ts: 401 lines, at most 400 are allowed",
    ]);
  });

  test("seven parameters, of a function, an arrow or a method", () => {
    const seven = "a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1";
    for (const text of [
      `/** F. */\nexport function f(${seven}): void {}`,
      `/** F. */\nexport const f = (${seven}): void => {};`,
      `/** F. */\nexport class f { g(${seven}): void {} }`,
      `/** F. */\nfunction f(${seven}): void {}\nexport { f };`,
    ]) {
      assert.deepEqual(
        complaints("src/train/b.ts", text).map((line) => line.replace(/^.*?: /, "")),
        ["f takes 7 parameters, use an options object"],
        text,
      );
    }
    assert.deepEqual(
      complaints("src/train/b.ts", "/** F. */\nexport function f(a: 1, b: 1, c: 1, d: 1, e: 1, f: 1): void {}"),
      [],
    );
  });

  test("an export without a docstring", () => {
    for (const text of [
      "export function f(): void {}",
      "export const f = 1;",
      "export class f {}",
      "export interface f {}",
      "export type f = 1;",
      "// no docstring\nconst f = 1;\nexport { f };",
      "const f = 1;\nexport default f;",
    ]) {
      assert.match(complaints("src/train/b.ts", text).join(), /: f has no docstring$/, text);
    }
  });

  test("any, in whatever guise", () => {
    for (const text of ["let a: any;", "let a: any[];", "f(a as any);", "let a: Record<string, any>;"]) {
      assert.deepEqual(complaints("src/train/b.ts", text), ["src/train/b.ts:1: any"], text);
    }
    assert.deepEqual(complaints("src/train/b.ts", `const any = "any"; // any`), []);
  });
});
