import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fakeWorld } from "./fakeMachine.ts";
import { loadSetupScripts, type Run, type World } from "./setupScripts.ts";

const { checkDisk, checkNode, findCompiler, findPython } = await loadSetupScripts();

/** A machine with these programs only. */
function having(...programs: string[]): Partial<World> {
  return { which: (name) => (programs.includes(name) ? `/bin/${name}` : undefined) };
}

/** Pythons that answer the probe with a version, or not at all. */
function pythons(answers: Record<string, { version: number[]; venv?: boolean }>): Run {
  return async (path) => {
    const answer = answers[path];
    if (!answer) return { code: 127, output: "pyenv: command not found" };
    return { code: 0, output: `a warning\n${JSON.stringify({ path, venv: true, ...answer })}\n` };
  };
}

describe("set-up names what the machine lacks, and the command that brings it", () => {
  test("Node 18", () => {
    assert.throws(() => checkNode(fakeWorld({ nodeVersion: "18.19.0" })), {
      sentence: "Node 20 or newer is needed, this is Node 18.19.0.",
      command: "nvm install 22",
    });
    checkNode(fakeWorld({ nodeVersion: "20.0.0" }));
    checkNode(fakeWorld({ nodeVersion: "100.0.0" }));
  });

  test("Windows", () => {
    assert.throws(() => checkNode(fakeWorld({ platform: "win32" })), { command: "wsl --install" });
  });

  test("no compiler, on Debian, Fedora and macOS", () => {
    const sentence = "No C++ compiler was found on PATH (looked for c++, g++, clang++).";
    const on = (changes: Partial<World>) => () => findCompiler(fakeWorld(changes));
    assert.throws(on(having("apt-get")), { sentence, command: "sudo apt-get install g++ make" });
    assert.throws(on(having("dnf")), { sentence, command: "sudo dnf install gcc-c++ make" });
    assert.throws(on({ ...having(), platform: "darwin" }), { sentence, command: "xcode-select --install" });
  });

  test("CXX goes before what is on PATH, and must exist", () => {
    assert.equal(findCompiler(fakeWorld({ env: { CXX: "clang++-17" } })), "/usr/bin/clang++-17");
    assert.equal(findCompiler(fakeWorld(having("clang++"))), "/bin/clang++");
    assert.throws(() => findCompiler(fakeWorld({ ...having("g++"), env: { CXX: "icpx" } })), {
      sentence: "CXX names icpx, and there is no such program.",
    });
  });

  test("no Python", async () => {
    await assert.rejects(findPython(fakeWorld(having("apt-get"))), {
      sentence: "No Python was found on PATH, and Python 3.10 or newer is needed.",
      command: "sudo apt-get install python3 python3-venv",
    });
  });

  test("Python 3.9", async () => {
    const run = pythons({ "/bin/python3": { version: [3, 9, 18] } });
    await assert.rejects(findPython(fakeWorld({ ...having("python3"), run })), {
      sentence: "Python 3.10 or newer is needed, this machine has Python 3.9.18.",
    });
  });

  test("Debian's Python without its venv package", async () => {
    const run = pythons({ "/bin/python3": { version: [3, 11, 2], venv: false } });
    await assert.rejects(findPython(fakeWorld({ ...having("python3", "apt-get"), run })), {
      sentence: "/bin/python3 has no venv module with pip, which a set-up needs.",
      command: "sudo apt-get install python3 python3-venv",
    });
  });

  test("a Python that is old or does not start is passed over for one that will do", async () => {
    const run = pythons({ "/bin/python3": { version: [3, 9, 1] }, "/bin/python3.10": { version: [3, 10, 0] } });
    const world = fakeWorld({ ...having("python3", "python3.12", "python3.10"), run });
    assert.deepEqual(await findPython(world), { path: "/bin/python3.10", version: "3.10.0" });
  });

  test("a full disk", () => {
    const world = fakeWorld({ freeBytes: () => 1.2e9 });
    assert.throws(() => checkDisk(world, "/home/a", 2.5e9, "torch"), {
      sentence: "torch needs 2.50 GB of disk in /home/a, and 1.20 GB are free.",
      command: "df -h /home/a",
    });
    checkDisk(world, "/home/a", 1.2e9, "torch");
  });
});
