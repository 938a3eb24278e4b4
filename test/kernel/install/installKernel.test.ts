import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { InputError } from "../../../src/base/errors.ts";
import { findKernel } from "../../../src/kernel/client/findKernel.ts";
import { installKernel } from "../../../src/kernel/install/installKernel.ts";
import { uninstallKernel } from "../../../src/kernel/install/uninstallKernel.ts";

describe("the kernelspec", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sulam-install-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("is one file, named sulam, that starts existing files by absolute paths", () => {
    const path = installKernel({ prefix: folder });
    assert.equal(path, join(folder, "share/jupyter/kernels/sulam/kernel.json"));
    const files = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.includes("."));
    assert.deepEqual(files, ["share/jupyter/kernels/sulam/kernel.json"]);
    const spec = JSON.parse(readFileSync(path, "utf8"));
    assert.equal(spec.language, "typescript");
    assert.equal(spec.interrupt_mode, "message");
    assert.equal(spec.argv.at(-1), "{connection_file}");
    for (const word of [spec.argv[0], spec.argv.at(-2)]) assert.ok(isAbsolute(word) && existsSync(word), word);
  });

  test("is found where it was put, and gone after it is removed", () => {
    const env = { HOME: folder, JUPYTER_PATH: "" };
    installKernel({ user: true }, env);
    assert.equal(findKernel("sulam", env).interruptMode, "message");
    assert.ok(uninstallKernel({}, env), "the user's own folder is the default");
    assert.throws(() => findKernel("sulam", env), /there is no kernel sulam/);
    assert.equal(uninstallKernel({}, env), undefined);
  });

  test("replaces one that is there", () => {
    const spec = join(folder, "share/jupyter/kernels/sulam");
    mkdirSync(spec, { recursive: true });
    writeFileSync(join(spec, "kernel.json"), "damaged");
    assert.equal(JSON.parse(readFileSync(installKernel({ prefix: folder }), "utf8")).language, "typescript");
    assert.deepEqual(readdirSync(spec), ["kernel.json"]);
  });

  test("makes a prefix that is not there, and takes away again what it made of one where it cannot be written", () => {
    const path = installKernel({ prefix: join(folder, "new/prefix") });
    assert.ok(existsSync(path), path);
    const spec = join(folder, "taken/share/jupyter/kernels/sulam");
    mkdirSync(join(spec, "kernel.json"), { recursive: true });
    assert.throws(() => installKernel({ prefix: join(folder, "taken") }), InputError);
    assert.deepEqual(readdirSync(spec), ["kernel.json"]);
  });

  test("that cannot be written or removed is one error that says where and why", { timeout: 30_000 }, () => {
    writeFileSync(join(folder, "file"), "");
    const places = [join(folder, "file"), join(folder, "file/below")];
    // Node's own recursive mkdir never returns for a folder of /proc
    if (process.platform === "linux") places.push("/proc/x", "/sys/x");
    for (const prefix of places)
      assert.throws(
        () => installKernel({ prefix }),
        (error) => error instanceof InputError && error.message.includes(prefix) && error.message.includes("--prefix"),
        prefix,
      );
    const user = { HOME: join(folder, "file"), XDG_DATA_HOME: "" };
    assert.throws(() => installKernel({ user: true }, user), /cannot be written .*--prefix/);
  });

  test("goes into a virtual environment only when it is one, and to one place only", () => {
    assert.throws(() => installKernel({ venv: folder }), InputError);
    assert.deepEqual(readdirSync(folder), []);
    writeFileSync(join(folder, "pyvenv.cfg"), "");
    assert.ok(existsSync(installKernel({ venv: folder })), "the spec is there");
    assert.throws(() => installKernel({ prefix: folder, user: true }), /--user and --prefix/);
  });
});
