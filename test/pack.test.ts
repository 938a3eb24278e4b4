import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** `.ci/run` asks for the whole thing: SQLite compiled by npm, torch and the addon by `sulam setup`. */
const full = process.env.SULAM_PACK === "full";
const work = mkdtempSync(join(tmpdir(), "sulam-pack-"));
const project = join(work, "project");

/** The outer npm tells its scripts of its own project, which is not the one that is made here. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([key]) => !/^(npm_(package|lifecycle|config_(local|global)?_?prefix)|INIT_CWD|NODE_TEST)/.test(key),
  ),
);

/** Where Node brings its headers, node-gyp need not fetch them: the test then also passes without that network. */
const prefix = dirname(dirname(realpathSync(process.execPath)));
if (existsSync(join(prefix, "include/node/node.h"))) env.npm_config_nodedir ??= prefix;

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, {
    cwd,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 1 << 26,
  });
}

/** What execFileSync throws carries the program's words in properties that a test runner does not show. */
function ok(command: string, args: readonly string[], cwd = project): string {
  try {
    return run(command, args, cwd);
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    assert.fail(`${command} ${args.join(" ")} failed:\n${stdout ?? ""}${stderr ?? String(error)}`);
  }
}

interface Packed {
  filename: string;
  size: number;
  files: { path: string; size: number }[];
}

describe("the tarball", () => {
  let packed: Packed;
  after(() => rmSync(work, { recursive: true, force: true }));
  before(() => {
    [packed] = JSON.parse(ok("npm", ["pack", "--json", "--pack-destination", work], root)) as [Packed];
    mkdirSync(project);
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true, type: "module" }));
    const quick = full ? [] : ["--ignore-scripts"];
    const tarball = join(work, packed.filename);
    ok("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--omit=dev", ...quick, tarball]);
    if (!full) lendSqlite();
  });

  /** Compiling SQLite takes a minute; the one that set-up compiled here serves as well. */
  function lendSqlite(): void {
    const built = "node_modules/better-sqlite3/build/Release/better_sqlite3.node";
    mkdirSync(dirname(join(project, built)), { recursive: true });
    copyFileSync(join(root, built), join(project, built));
  }

  test("holds what users need and nothing else", () => {
    const paths = packed.files.map(({ path }) => path);
    const wanted =
      /^(bin\/sulam\.mjs|dist\/.+\.(js|d\.ts)(\.map)?|src\/.+\.(ts|cc|h|html|css)|src\/kernel\/papermill\/(pyproject\.toml|sulam_papermill\.py)|scripts\/setup\/\w+\.mjs|experiments\/[\w-]+\.(yaml|jsonl\.gz)|datasets\/.+|requirements\.txt|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/;
    assert.deepEqual(
      paths.filter((path) => !wanted.test(path)),
      [],
    );
    const needed = ["bin/sulam.mjs", "dist/index.js", "dist/index.d.ts", "dist/track/index.js", "dist/cli/main.js"];
    const more = [
      "src/engine/native/addon.cc",
      "scripts/setup/main.mjs",
      "requirements.txt",
      "LICENSE",
      "CHANGELOG.md",
    ];
    assert.deepEqual(
      [...needed, ...more].filter((path) => !paths.includes(path)),
      [],
    );
    assert.ok(packed.size < 3e6, `${packed.size} bytes`);
  });

  test("names no path of the machine that packed it", () => {
    const folder = join(project, "node_modules/sulam");
    const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const files = names.map((entry) => join(entry.parentPath ?? entry.path, entry.name));
    assert.ok(files.length > 100);
    const machine = [root, `${homedir()}/`];
    assert.deepEqual(
      files.filter((path) => machine.some((text) => readFileSync(path).includes(text))),
      [],
    );
  });

  test("`npx sulam setup --only track` needs no torch and no Python", () => {
    const { only, engine } = JSON.parse(ok("npx", ["sulam", "setup", "--only", "track", "--json"]));
    assert.equal(only, "track");
    assert.equal(engine, undefined);
  });

  test("`npx sulam doctor --json` tells what there is and what is missing", () => {
    const report = JSON.parse(ok("npx", ["sulam", "doctor", "--json"]));
    assert.equal(report.version, JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version);
    assert.equal(report.engine, null);
    assert.equal(report.store.folder, join(project, ".sulam"));
    assert.match(JSON.stringify(report.missing), /npx sulam setup/);
  });

  test("five lines log a run and read it back", () => {
    const script = `
import { openStore, withRun } from "sulam/track";
await withRun({ experiment: "first", name: "hello", params: { lr: 0.1 } }, (run) => run.metrics({ loss: 0.5 }, 3));
const store = openStore();
const [run] = store.runs();
console.log(JSON.stringify([run.name, run.experiment, run.status, run.params, run.metrics]));`;
    writeFileSync(join(project, "five.mjs"), script);
    const line = ok(process.execPath, ["five.mjs"]);
    assert.deepEqual(JSON.parse(line), ["hello", "first", "FINISHED", { lr: "0.1" }, { loss: 0.5 }]);
    const [run] = JSON.parse(ok("npx", ["sulam", "runs", "list", "--json"]));
    assert.equal(run.name, "hello");
  });

  test("`npx sulam setup --only kernel` is enough to run a notebook that imports the project's own source", () => {
    ok("npx", ["sulam", "setup", "--only", "kernel"]);
    mkdirSync(join(project, "lib"));
    writeFileSync(join(project, "lib/tambah.ts"), "export const tambah = (a: number, b: number): number => a + b;\n");
    const source = 'import { tambah } from "./lib/tambah.ts";\nconsole.log(tambah(20, 22));';
    const cells = [{ cell_type: "code", id: "a", metadata: {}, outputs: [], execution_count: null, source }];
    const metadata = { kernelspec: { name: "sulam", display_name: "sulam", language: "typescript" } };
    writeFileSync(join(project, "a.ipynb"), JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
    ok("npx", ["sulam", "notebook", "run", "a.ipynb", "b.ipynb"]);
    const [{ outputs }] = JSON.parse(readFileSync(join(project, "b.ipynb"), "utf8")).cells;
    assert.deepEqual(outputs, [{ name: "stdout", output_type: "stream", text: ["42\n"] }]);
  });

  test("its types compile in a strict project, and are not any", () => {
    const text = `
import { type Run, openStore, withRun } from "sulam/track";
import { type Embedder, loadDataset } from "sulam";
type IsAny<T> = 0 extends 1 & T ? true : false;
const notAny: [IsAny<Run>, IsAny<typeof withRun>, IsAny<Embedder>, IsAny<typeof loadDataset>] = [false, false, false, false];
const status: string | undefined = openStore().runs()[0]?.status;
// @ts-expect-error a metric is a number
const wrong = (run: Run) => run.metrics({ loss: "low" });
export { notAny, status, wrong };
`;
    writeFileSync(join(project, "types.ts"), text);
    const options = {
      strict: true,
      noEmit: true,
      module: "nodenext",
      target: "es2022",
      skipLibCheck: true,
      types: ["node"],
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["types.ts"] }));
    const types = dirname(createRequire(import.meta.url).resolve("@types/node/package.json"));
    cpSync(types, join(project, "node_modules/@types/node"), { recursive: true });
    cpSync(join(dirname(dirname(types)), "undici-types"), join(project, "node_modules/undici-types"), {
      recursive: true,
    });
    ok(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", project]);
  });

  const skip = full ? false : "SULAM_PACK=full installs torch and compiles the engine (.ci/run does)";
  test("`npx sulam setup` brings the engine, which encodes", { skip }, () => {
    ok("npx", ["sulam", "setup"]);
    const report = JSON.parse(ok("npx", ["sulam", "doctor", "--json"]));
    assert.deepEqual([report.missing, report.devices[0]], [[], "cpu"]);
    assert.ok(report.minilm.startsWith(join(project, ".sulam")));
    writeFileSync(join(project, "texts.txt"), "selamat pagi\napa khabar\n");
    ok("npx", ["sulam", "encode", "minilm", "--input", "texts.txt", "--output", "vectors.npy"]);
    // 128 bytes of header, then two vectors of 384 float32
    assert.equal(readFileSync(join(project, "vectors.npy")).length, 128 + 2 * 384 * 4);
    assert.match(ok("npx", ["sulam", "setup", "--json"]), /"engine":\{/);
  });
});
