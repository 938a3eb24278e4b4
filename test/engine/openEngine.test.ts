import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { EngineError } from "../../src/base/errors.ts";
import { cudaProblem } from "../../src/engine/cudaProblem.ts";
import { engineInfo } from "../../src/engine/engineInfo.ts";
import { readEngineJson } from "../../src/engine/engineJson.ts";
import { openEngine } from "../../src/engine/openEngine.ts";

const folder = mkdtempSync(join(tmpdir(), "sulam-engine-"));
after(() => rmSync(folder, { recursive: true }));

/** What opening the engine says in a process that finds this text as engine.json. */
function openWith(text: string | undefined): string {
  const path = join(folder, "engine.json");
  if (text === undefined) rmSync(path, { force: true });
  else writeFileSync(path, text);
  const child = fileURLToPath(new URL("child/openOnly.ts", import.meta.url));
  const node = ["--import", "tsx", "--conditions=source", child];
  return spawnSync(process.execPath, node, { encoding: "utf8", env: { ...process.env, SULAM_ENGINE_JSON: path } })
    .stdout;
}

test("one engine a device: opening it again gives the same one", async () => {
  const engine = await openEngine({ threads: 1 });
  assert.equal(await openEngine(), engine);
  assert.match(engine.name, new RegExp(String.raw`^torch \d+\.\d+\.\d+, ${engine.device}$`));
  assert.equal(engineInfo().threads, 1);
});

test("an unknown device and an odd number of threads are refused", async () => {
  await assert.rejects(openEngine({ device: "tpu" as never }), /openEngine: device must be `cpu` or `cuda`, got `tpu`/);
  for (const threads of [0, -1, 1.5, Number.NaN, 1e9])
    await assert.rejects(openEngine({ threads }), /openEngine: threads must be in 1 \.\. 1024/);
});

test("engineInfo tells torch's version, the instruction set and the devices", () => {
  const info = engineInfo();
  assert.equal(info.torchVersion, readEngineJson().torchVersion.replace(/\+.*/, ""));
  assert.match(info.cpuCapability, /^[A-Z0-9_ ]+$/i);
  assert.equal(info.cudaDevices.length === 0, info.cudaProblem !== undefined);
  assert.match(info.config, /PyTorch built with/);
});

test("without what set-up writes, the error says to run set-up", () => {
  assert.match(
    openWith(undefined),
    /^SetupError: engine: it is not built yet: .*engine\.json is missing\. Run `npx sulam setup`\.$/,
  );
  assert.match(openWith("{"), /^SetupError: .*engine\.json is not JSON\. Run `npx sulam setup`\.$/);
  assert.match(openWith("null"), /^SetupError: .*lacks the text `addon`/);
  const json = { ...readEngineJson(), addon: join(folder, "gone.node") };
  assert.match(openWith(JSON.stringify(json)), /^SetupError: .*names .*gone\.node, which is gone\. Run/);
  writeFileSync(join(folder, "odd.node"), "not a library");
  const odd = { ...json, addon: join(folder, "odd.node") };
  assert.match(
    openWith(JSON.stringify(odd)),
    /^SetupError: engine: the addon does not load: .*Run `npx sulam setup`\.$/,
  );
});

test("asking for CUDA where there is none says so", {
  skip: cudaProblem() === undefined && "CUDA is here",
}, async () => {
  const fits = (e: Error) => e instanceof EngineError && /^openEngine: .*CUDA.*SULAM_PYTHON/.test(e.message);
  await assert.rejects(openEngine({ device: "cuda" }), fits);
});
