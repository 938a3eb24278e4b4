import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { cli } from "./cli.ts";

const folder = mkdtempSync(join(tmpdir(), "sulam-kernel-command-"));
after(() => rmSync(folder, { recursive: true }));

test("kernel install, doctor and uninstall", async () => {
  const env = { JUPYTER_PATH: join(folder, "share/jupyter") };
  const installed = await cli(["kernel", "install", "--prefix", folder, "--json"], { env });
  assert.deepEqual([installed.code, installed.err], [0, ""]);
  const { path } = JSON.parse(installed.out);
  assert.ok(existsSync(path), path);

  const doctor = await cli(["kernel", "doctor", "--json"], { env });
  const report = JSON.parse(doctor.out);
  assert.deepEqual(report.specs[0], { path, problem: null });
  assert.deepEqual([doctor.code, report.starts, report.problem], [0, true, null]);

  const told = await cli(["kernel", "install", "--prefix", folder], { env });
  assert.ok(told.err.endsWith(`JUPYTER_PATH=${join(folder, "share/jupyter")}\n`), told.err);
  const removed = await cli(["kernel", "uninstall", "--prefix", folder], { env });
  assert.equal(removed.code, 0);
  assert.deepEqual(readdirSync(join(folder, "share/jupyter/kernels")), []);
});

test("kernel doctor that is stopped by Ctrl-C leaves neither a kernel nor its connection file", async () => {
  const temporary = mkdtempSync(join(folder, "tmp-"));
  const started = (): string[] => readdirSync(temporary).filter((name) => name.startsWith("sulam-kernel-"));
  const { code } = await cli(["kernel", "doctor"], {
    env: { TMPDIR: temporary },
    meddle: (child) => {
      const timer = setInterval(() => {
        if (started().length === 0) return;
        clearInterval(timer);
        child.kill("SIGINT");
      }, 5);
      child.on("exit", () => clearInterval(timer));
    },
  });
  assert.equal(code, 130);
  assert.deepEqual(started(), []);
});

test("kernel install into a folder that is no virtual environment says what to do", async () => {
  const { code, out, err } = await cli(["kernel", "install", "--venv", folder]);
  assert.deepEqual([code, out], [1, ""]);
  assert.match(err, /pyvenv\.cfg.*python3 -m venv/s);
});
