import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { engineJsonPath } from "../../src/engine/engineJsonPath.ts";
import { fakeContext, fakeWorld } from "./fakeMachine.ts";
import { type Context, loadSetupScripts, type World } from "./setupScripts.ts";

const { addon, explainDisk, findPlaces, explainLog, matchesLock, removeStale, runCommand, withLock } =
  await loadSetupScripts();

function scratch(): string {
  return mkdtempSync(join(tmpdir(), "sulam-setup-"));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

describe("the addon", () => {
  const wheels = { python: "/v/bin/python", torch: "/v/torch", torchVersion: "2.13.0+cpu", minilm: "/v/minilm" };

  /** A compiler that writes what it is asked for, or fails; its calls are kept. */
  function workshop(fails = "") {
    const calls: string[][] = [];
    const run: World["run"] = async (_command, args) => {
      calls.push([...args]);
      if (fails) return { code: 1, output: fails };
      writeFileSync(args.at(-1) ?? "", "object");
      return { code: 0, output: "" };
    };
    const context = fakeContext(fakeWorld({ run, nodePath: process.execPath, which: (name) => `/usr/bin/${name}` }));
    for (const name of ["a.cc", "b.cc", "a.h"]) write(join(context.places.root, "src/engine/native", name), name);
    return { calls, context };
  }

  test("is compiled once, and engine.json tells where it is", async () => {
    const { calls, context } = workshop();
    const made = await addon(context, wheels);
    assert.equal(calls.length, 1);
    assert.ok(existsSync(made.addon));
    assert.deepEqual(JSON.parse(readFileSync(context.places.engineJson, "utf8")), { addon: made.addon, ...wheels });
    assert.deepEqual(await addon(context, wheels), made);
    assert.equal(calls.length, 1);
  });

  test("is made of all sources", async () => {
    const { context } = workshop();
    let seen = "";
    const { run } = context.world;
    context.world.run = (command, args, options) => {
      seen = readFileSync(args.find((word) => word.endsWith(".cc")) ?? "", "utf8");
      return run(command, args, options);
    };
    await addon(context, wheels);
    const native = join(context.places.root, "src/engine/native");
    assert.equal(seen, `#include "${native}/a.cc"\n#include "${native}/b.cc"\n`);
  });

  test("leaves nothing of a compilation that was killed", async () => {
    const { context } = workshop();
    write(join(context.places.build, "compile-aB3xYz/all.cc"), "");
    const made = await addon(context, wheels);
    assert.deepEqual(readdirSync(context.places.build).sort(), [
      "engine.json",
      made.addon.slice(context.places.build.length + 1),
    ]);
  });

  test("is linked to torch's CPU libraries only", async () => {
    const { calls, context } = workshop();
    await addon(context, wheels);
    const libraries = calls.at(-1)?.filter((word) => word.startsWith("-l"));
    assert.deepEqual(libraries, ["-ltorch_cpu", "-lc10", "-ldl"]);
  });

  const native = (context: Context, name: string) => join(context.places.root, "src/engine/native", name);
  const changes: [what: string, change: (context: Context) => Partial<typeof wheels> | undefined][] = [
    ["a source", (context) => void write(native(context, "a.cc"), "other")],
    ["a header", (context) => void write(native(context, "a.h"), "other")],
    ["torch's version", () => ({ torchVersion: "2.14.0" })],
    ["torch's folder", () => ({ torch: "/other/torch" })],
    ["Node's ABI", ({ world }) => void Object.assign(world, { nodeAbi: "127" })],
    ["the compiler's flags", ({ world }) => void Object.assign(world, { env: { CXXFLAGS: "-g" } })],
  ];
  for (const [what, change] of changes) {
    test(`is compiled again when ${what} changed, and the old one goes`, async () => {
      const { calls, context } = workshop();
      const first = await addon(context, wheels);
      const second = await addon(context, { ...wheels, ...change(context) });
      assert.notEqual(second.addon, first.addon);
      assert.ok(!existsSync(first.addon));
      assert.equal(calls.length, 2);
    });
  }

  test("a compiler that fails leaves neither addon nor scratch, and its last words are shown", async () => {
    const { context } = workshop("a.cc:1: error: no such header");
    await assert.rejects(addon(context, wheels), {
      sentence: /^The compiler failed\. .*\n {4}a\.cc:1: error: no such header/,
    });
    assert.deepEqual(readdirSync(context.places.build), []);
  });
});

describe("node_modules against the lock file", () => {
  const machine = { platform: "linux", arch: "x64" };
  function project() {
    const root = scratch();
    const packages = {
      "": {},
      "node_modules/a": { version: "1.0.0" },
      "node_modules/a-linux": { version: "1.0.0", optional: true, os: ["linux"], cpu: ["x64"] },
      "node_modules/a-darwin": { version: "1.0.0", optional: true, os: ["darwin"], cpu: ["arm64"] },
    };
    const { "node_modules/a-darwin": _, ...there } = packages;
    write(join(root, "package-lock.json"), JSON.stringify({ packages }));
    write(join(root, "node_modules/.package-lock.json"), JSON.stringify({ packages: there }));
    for (const name of ["a", "a-linux"]) write(join(root, "node_modules", name, "package.json"), "{}");
    return { root, packages };
  }

  test("matches when this platform's packages are there", () => {
    const { root } = project();
    assert.equal(matchesLock(root, machine), true);
    assert.equal(matchesLock(root, { platform: "darwin", arch: "arm64" }), false);
  });

  test("a package of another version, deleted, or new in the lock file", () => {
    const { root, packages } = project();
    const lock = (more: object) =>
      write(join(root, "package-lock.json"), JSON.stringify({ packages: { ...packages, ...more } }));
    lock({ "node_modules/a": { version: "1.0.1" } });
    assert.equal(matchesLock(root, machine), false);
    lock({ "node_modules/b": { version: "1.0.0" } });
    assert.equal(matchesLock(root, machine), false);
    lock({});
    rmSync(join(root, "node_modules/a"), { recursive: true });
    assert.equal(matchesLock(root, machine), false);
  });

  test("an npm ci that was interrupted left no hidden lock file", () => {
    const { root } = project();
    rmSync(join(root, "node_modules/.package-lock.json"));
    assert.equal(matchesLock(root, machine), false);
  });
});

describe("the lock", () => {
  test("of two set-ups at once the second waits for the first", async () => {
    const path = join(scratch(), "build/setup.lock");
    const events: string[] = [];
    const hold = (name: string) =>
      withLock(
        path,
        () => events.push(`${name} waits`),
        async () => {
          events.push(`${name} begins`);
          await new Promise((resolve) => setTimeout(resolve, 50));
          events.push(`${name} ends`);
        },
      );
    await Promise.all([hold("first"), hold("second")]);
    assert.deepEqual(events, ["first begins", "second waits", "first ends", "second begins", "second ends"]);
    assert.ok(!existsSync(path));
  });

  test("is free again after a failure", async () => {
    const path = join(scratch(), "setup.lock");
    await assert.rejects(
      withLock(path, assert.fail, () => Promise.reject(new Error("no disk"))),
      /no disk/,
    );
    assert.equal(await withLock(path, assert.fail, async () => 1), 1);
  });

  test("of a set-up that was killed is taken over", async () => {
    const path = join(scratch(), "setup.lock");
    const { output } = await runCommand(process.execPath, ["-p", "process.pid"]);
    writeFileSync(path, JSON.stringify({ pid: Number(output), host: hostname() }));
    assert.equal(
      await withLock(
        path,
        () => {},
        async () => 1,
      ),
      1,
    );
  });
});

describe("a lock that was found stale", () => {
  test("is removed, and nothing is left of it", async () => {
    const folder = scratch();
    const { output } = await runCommand(process.execPath, ["-p", "process.pid"]);
    writeFileSync(join(folder, "setup.lock"), JSON.stringify({ pid: Number(output), host: hostname() }));
    removeStale(join(folder, "setup.lock"));
    assert.deepEqual(readdirSync(folder), []);
    removeStale(join(folder, "setup.lock"));
  });

  test("stays when another waiter has taken it since", () => {
    const folder = scratch();
    const text = JSON.stringify({ pid: process.pid, host: hostname() });
    writeFileSync(join(folder, "setup.lock"), text);
    removeStale(join(folder, "setup.lock"));
    assert.deepEqual(readdirSync(folder), ["setup.lock"]);
    assert.equal(readFileSync(join(folder, "setup.lock"), "utf8"), text);
  });
});

describe("places", () => {
  test("the engine looks for engine.json where set-up writes it", () => {
    const project = scratch();
    writeFileSync(join(project, "package.json"), "{}");
    const deep = "node_modules/.pnpm/s@1/node_modules/sulam";
    // the last has no project above it
    const roots = [project, join(project, "node_modules/sulam"), join(project, deep), `/node_modules/none/${deep}`];
    for (const root of roots) assert.equal(engineJsonPath(root), findPlaces(root).engineJson);
  });

  test("a clone keeps all in itself", () => {
    const root = scratch();
    assert.deepEqual(findPlaces(root), {
      root,
      installed: false,
      venv: join(root, ".venv"),
      build: join(root, "build"),
      engineJson: join(root, "build/engine.json"),
    });
  });

  test("an installed package writes to the project's .sulam, however deep it lies", () => {
    const project = scratch();
    writeFileSync(join(project, "package.json"), "{}");
    for (const below of [
      "node_modules/sulam",
      "node_modules/a/node_modules/sulam",
      "node_modules/.pnpm/s@1/node_modules/sulam",
    ]) {
      const places = findPlaces(join(project, below));
      assert.equal(places.installed, true);
      assert.equal(places.engineJson, join(project, ".sulam/engine.json"));
      assert.equal(places.venv, join(project, ".sulam/venv"));
    }
  });
});

describe("a compilation by node-gyp", () => {
  const explain = (output: string) => {
    const world = fakeWorld({ which: (name) => (name === "dnf" ? "/usr/bin/dnf" : undefined) });
    return explainLog("npm ci", output, { log: "/l", todo: "npm ci", world });
  };

  test("without Python names the command that brings one, even after a download that failed", () => {
    // better-sqlite3 first looks for a build of its own on the network
    const output = "npm error prebuild-install warn install getaddrinfo ENOTFOUND\nnpm error gyp ERR! find Python";
    const { sentence, command } = explain(output);
    assert.match(sentence, /^npm ci needs Python to compile a package, and found none\. /);
    assert.equal(command, "sudo dnf install python3");
  });

  test("without make names the command that brings it", () => {
    const { sentence, command } = explain("gyp ERR! stack Error: not found: make");
    assert.match(sentence, /^npm ci needs make to compile a package, and found none\. /);
    assert.equal(command, "sudo dnf install gcc-c++ make");
  });

  test("that found its Python is not blamed for lacking it", () => {
    const { sentence } = explain("gyp info find Python using Python version 3.12.1\na.c:1: error: no header");
    assert.match(sentence, /^npm ci failed\. /);
  });
});

describe("a disk that cannot be written", () => {
  const fault = (code: string, more: object) => Object.assign(new Error(code), { code, ...more });

  test("is one sentence and the command that mends it", () => {
    const path = "/p/.sulam/build";
    const cases: [error: Error, sentence: string, command: string][] = [
      [fault("ENOSPC", { path, syscall: "open" }), `The disk is full: ${path}.`, "df -h /p/.sulam"],
      [fault("ENOSPC", { syscall: "write" }), "The disk is full.", "df -h ."],
      [fault("EDQUOT", { path, syscall: "mkdir" }), `Your quota of the disk is used up: ${path}.`, "quota -s"],
      [fault("EROFS", { path, syscall: "mkdir" }), `The disk is mounted read-only: ${path}.`, "df -h /p/.sulam"],
      [
        fault("EACCES", { path, syscall: "open" }),
        `Set-up may not write where it has to: ${path}.`,
        'sudo chown -R "$(id -un)" /p/.sulam',
      ],
      [
        fault("EACCES", { path, syscall: "mkdir" }),
        `Set-up may not write where it has to: ${path}.`,
        `sudo install -d -o "$(id -un)" ${path}`,
      ],
    ];
    for (const [error, sentence, command] of cases) {
      const failure = explainDisk(error);
      assert.deepEqual([failure?.sentence, failure?.command], [sentence, command]);
    }
  });

  test("is not blamed for other errors", () => {
    assert.equal(explainDisk(fault("ENOENT", { path: "/p" })), undefined);
    assert.equal(explainDisk(new TypeError("no")), undefined);
  });
});

describe("a program that set-up runs", () => {
  test("gives its exit code, its output and its lines", async () => {
    const lines: string[] = [];
    const log = join(scratch(), "logs/a.log");
    const script = "console.log('one\\ntwo'); console.error('three'); process.exitCode = 3";
    const { code, output } = await runCommand(process.execPath, ["-e", script], {
      log,
      onLine: (line) => lines.push(line),
    });
    assert.equal(code, 3);
    assert.deepEqual([...lines].sort(), ["one", "three", "two"]);
    assert.equal(readFileSync(log, "utf8").length, output.length);
  });

  test("that is not there is code 127, not a crash", async () => {
    const { code, output } = await runCommand("/no/such/program", []);
    assert.equal(code, 127);
    assert.match(output, /ENOENT/);
  });

  test("that is not there closes its log once", async () => {
    const module = new URL("../../scripts/setup/runCommand.mjs", import.meta.url).href;
    const options = JSON.stringify({ log: join(scratch(), "a.log") });
    const script = `import("${module}").then(({ runCommand }) => runCommand("/no/such/program", [], ${options}))`;
    assert.deepEqual(await runCommand(process.execPath, ["-e", script]), { code: 0, output: "" });
  });

  test("goes on without a log on a full disk", { skip: !existsSync("/dev/full") && "no /dev/full here" }, async () => {
    const run = await runCommand(process.execPath, ["-e", "console.log('one')"], { log: "/dev/full" });
    assert.deepEqual(run, { code: 0, output: "one\n" });
  });

  test("that itself ends with code 127 ends", async () => {
    assert.equal((await runCommand(process.execPath, ["-e", "process.exitCode = 127"])).code, 127);
  });
});
