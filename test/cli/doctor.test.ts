import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, test } from "node:test";
import { describeDoctor } from "../../src/cli/describeDoctor.ts";
import { doctor } from "../../src/cli/doctor.ts";
import { readEngineJson } from "../../src/engine/engineJson.ts";

/** A project with no run in it yet. */
function emptyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "sulam-doctor-"));
  writeFileSync(join(folder, "package.json"), "{}");
  return folder;
}

const { PATH } = process.env;
const look = (env: Record<string, string | undefined>, cwd = emptyProject()) => doctor({ env, cwd, version: "1.2.3" });

describe("doctor", () => {
  const before = process.env.SULAM_ENGINE_JSON;
  afterEach(() => {
    if (before === undefined) delete process.env.SULAM_ENGINE_JSON;
    else process.env.SULAM_ENGINE_JSON = before;
  });

  test("tells the torch that set-up installed, and finds nothing missing", async () => {
    const report = await look({ PATH });
    const { torch, python } = readEngineJson();
    const installed = /__version__ = '([\d.]+)/.exec(readFileSync(join(torch, "version.py"), "utf8"))?.[1];
    assert.equal(report.torchVersion, installed);
    assert.equal(report.engine, `torch ${installed}`);
    assert.equal(report.python, python);
    assert.equal(report.devices[0], "cpu");
    assert.ok(report.threads !== null && report.threads >= 1 && report.cpuCapability);
    assert.ok(readdirSync(report.minilm ?? "").includes("model.safetensors"));
    assert.deepEqual(report.missing, []);
    assert.match(describeDoctor(report), /Nothing is missing\.$/);
  });

  test("works where set-up has not run, and says what to type", async () => {
    process.env.SULAM_ENGINE_JSON = "/nowhere/engine.json";
    const report = await look({ PATH });
    assert.deepEqual([report.engine, report.torchVersion, report.devices, report.threads], [null, null, [], null]);
    assert.deepEqual(
      report.missing.map(({ command }) => command),
      ["npx sulam setup"],
    );
    assert.match(
      describeDoctor(report),
      /^engine {4}none$[\s\S]*Missing:\n {2}.*\/nowhere\/engine\.json.*\n {4}npx sulam setup$/m,
    );
  });

  test("names the compiler and the Python that set-up would need", async () => {
    process.env.SULAM_ENGINE_JSON = "/nowhere/engine.json";
    const { compiler, python, missing } = await look({ PATH: "/nowhere" });
    assert.deepEqual([compiler, python], [null, null]);
    assert.deepEqual(
      missing.slice(1).map(({ what }) => what),
      ["a C++ compiler", "Python 3.10 or newer"],
    );
    const { compiler: given } = await look({ PATH, CXX: process.execPath });
    assert.equal(given, process.execPath);
  });

  test("finds the store as the tracker does, and makes none", async () => {
    const project = emptyProject();
    assert.deepEqual((await look({ PATH }, project)).store, { folder: join(project, ".sulam"), exists: false });
    assert.deepEqual(readdirSync(project), ["package.json"]);
    const store = mkdtempSync(join(tmpdir(), "sulam-store-"));
    writeFileSync(join(store, "runs.db"), "");
    assert.deepEqual((await look({ PATH, SULAM_STORE: store }, project)).store, { folder: store, exists: true });
  });
});
