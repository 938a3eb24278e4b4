import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { findKernel } from "../../src/kernel/client/findKernel.ts";

const folder = mkdtempSync(join(tmpdir(), "sulam-specs-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function install(prefix: string, name: string, spec: unknown): void {
  const place = join(folder, prefix, "share/jupyter/kernels", name);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "kernel.json"), typeof spec === "string" ? spec : JSON.stringify(spec));
}

const environment = { HOME: join(folder, "home"), VIRTUAL_ENV: join(folder, "venv") };

test("JUPYTER_PATH comes before the environment, names know no case, and {resource_dir} is the spec's folder", () => {
  const argv = ["first", "{resource_dir}/x", "{connection_file}"];
  install("a", "both", { argv, language: "typescript", interrupt_mode: "message", env: { X: "1" } });
  install("venv", "both", { argv: ["second"], language: "python" });
  const path = join(folder, "a/share/jupyter");
  assert.deepEqual(findKernel("BOTH", { ...environment, JUPYTER_PATH: path }), {
    name: "BOTH",
    language: "typescript",
    argv: ["first", join(path, "kernels/both/x"), "{connection_file}"],
    env: { X: "1" },
    interruptMode: "message",
  });
  assert.equal(findKernel("both", environment).argv[0], "second");
});

test("a bare python is that of the environment where the spec lies", () => {
  install("venv", "py", { argv: ["python", "-m", "k"], language: "python" });
  mkdirSync(join(folder, "venv/bin"), { recursive: true });
  writeFileSync(join(folder, "venv/bin/python"), "");
  assert.equal(findKernel("py", environment).argv[0], join(folder, "venv/bin/python"));
});

test("an unknown kernel is an error that lists the known ones; a damaged spec names its file", () => {
  install("venv", "bad", "{");
  assert.throws(() => findKernel("nope", environment), /--kernel: there is no kernel nope; Jupyter knows .*bad/);
  assert.throws(() => findKernel("bad", environment), /bad\/kernel\.json: is not JSON/);
});
