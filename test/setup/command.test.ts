import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** A project with sulam in node_modules, and a folder of programs that is its whole PATH. */
function install() {
  const project = mkdtempSync(join(tmpdir(), "sulam-command-"));
  const [root, path] = [join(project, "node_modules/sulam"), join(project, "path")];
  mkdirSync(path);
  writeFileSync(join(project, "package.json"), "{}");
  for (const part of ["bin", "scripts/setup", "requirements.txt", "package.json"]) {
    cpSync(join(repository, part), join(root, part), { recursive: true });
  }
  symlinkSync(join(repository, "node_modules/better-sqlite3"), join(project, "node_modules/better-sqlite3"));
  const sulam = (args: readonly string[], env: Record<string, string> = {}) => {
    const command = [join(root, "bin/sulam.mjs"), ...args];
    return spawnSync(process.execPath, command, { cwd: project, env: { PATH: path, ...env }, encoding: "utf8" });
  };
  return { project, path, sulam };
}

/** Puts a shell script on the PATH. */
function program(path: string, name: string, text: string): void {
  writeFileSync(join(path, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(path, name), 0o755);
}

describe("sulam setup, as a command", () => {
  test("on a machine without Python: one sentence, the command that mends it, exit code 1", () => {
    const { sulam } = install();
    const { status, stdout, stderr } = sulam(["setup"]);
    assert.equal(status, 1);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /^\nsulam setup: No Python was found on PATH, and Python 3\.10 or newer is needed\.\nTo mend it: \S.*\n$/,
    );
  });

  test("--only track needs none, and says nothing on standard output unless asked", () => {
    const { sulam } = install();
    const { status, stdout, stderr } = sulam(["setup", "--only", "track"]);
    assert.deepEqual([status, stdout], [0, ""]);
    assert.match(stderr, /^sulam is set up \(\d+\.\d s\)\n$/);
    assert.equal(JSON.parse(sulam(["setup", "--only", "track", "--json"]).stdout).only, "track");
  });

  test("keeps what it writes out of the project's git", () => {
    const { project, sulam } = install();
    sulam(["setup", "--only", "track"]);
    assert.equal(readFileSync(join(project, ".sulam/.gitignore"), "utf8"), "*\n");
  });

  const isRoot = process.getuid?.() === 0;
  test("a folder that it may not write: one sentence and the command that mends it", { skip: isRoot && "root" }, () => {
    const { project, sulam } = install();
    chmodSync(project, 0o555);
    const { status, stderr } = sulam(["setup", "--only", "track"]);
    assert.equal(status, 1);
    assert.match(stderr, /^\nsulam setup: Set-up may not write where it has to: \S+\.\nTo mend it: sudo \S.*\n$/);
  });

  test("a pip that has no network: the sentence, the end of its log, the log's place", () => {
    const { project, path, sulam } = install();
    const venv = join(project, ".sulam/venv");
    // A Python that answers the probe, makes a venv with itself inside, and whose pip finds no network.
    program(
      path,
      "python3",
      `case "$*" in
  *ensurepip*) echo '{"version": [3, 12, 1], "path": "${path}/python3", "venv": true}';;
  "-m venv"*) /bin/mkdir -p "${venv}/bin"; /bin/cp "${path}/python3" "${venv}/bin/python";;
  -c*) echo '{"executable": "python", "version": "3.12.1", "found": {}}';;
  *) echo "Could not fetch URL: Temporary failure in name resolution"; exit 1;;
esac`,
    );
    const { status, stderr } = sulam(["setup"]);
    assert.equal(status, 1);
    const log = join(project, ".sulam/build/logs/pip-torch.log");
    assert.ok(
      stderr.includes(`sulam setup: pip could not reach the network. Its log is ${log} and ends with\n`),
      stderr,
    );
    assert.match(stderr, /\n {4}Could not fetch URL: Temporary failure in name resolution\n/);
    assert.match(stderr, /\nTo mend it: .*\/bin\/python -m pip install .*torch==2\.13\.0\n$/);
    assert.ok(existsSync(log));
    assert.ok(!existsSync(join(project, ".sulam/engine.json")));
    assert.ok(!existsSync(join(project, ".sulam/build/setup.lock")));
  });

  test("wrong usage is exit code 2 and names what is wrong", () => {
    const { sulam } = install();
    const cases: [string[], RegExp][] = [
      [["--only", "mine"], /--only takes kernel or track, not mine\./],
      [["--olny"], /Unknown option '--olny'/],
    ];
    for (const [args, words] of cases) {
      const { status, stderr } = sulam(["setup", ...args]);
      assert.equal(status, 2);
      assert.match(stderr, words);
    }
  });

  test("--help is data, with an example", () => {
    const { status, stdout } = install().sulam(["setup", "--help"]);
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: sulam setup[\s\S]*Example: npx sulam setup --only track\n$/);
  });

  test("other commands say how to get dist/ where there is none", () => {
    const { status, stderr } = install().sulam(["runs", "list"]);
    assert.deepEqual([status, stderr], [1, "sulam: dist/ is not built yet.\nTo mend it: npx sulam setup\n"]);
  });
});
