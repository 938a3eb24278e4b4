import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { findCompiler } from "./checks.mjs";
import { explainLog } from "./explainLog.mjs";
import { SetupFailure } from "./failure.mjs";
import { nodeHeaders } from "./npmPackages.mjs";

/** torch 2.13's headers want C++20. Nothing is fused unless it says so: the exact searches give JavaScript's bits. */
const FLAGS = ["-O2", "-std=c++20", "-ffp-contract=off", "-fPIC", "-fvisibility=hidden"];

/**
 * Compiles the engine's addon and writes `engine.json`, from which the engine room loads it. The addon is named after
 * what went into it (sources, torch, Node's ABI, flags), so a change of any of them builds another and an unchanged one
 * is found again.
 *
 * @param {import("./setUp.mjs").Context} context
 * @param {import("./wheels.mjs").Wheels} wheels
 * @returns {Promise<object>} what engine.json holds
 */
export async function addon({ world, places, report }, wheels) {
  const folder = join(places.root, "src/engine/native");
  const sources = listSources(folder);
  if (sources.length === 0) {
    throw new SetupFailure(`${folder} holds no C++ sources.`, "git checkout -- src/engine/native");
  }
  const flags = [...FLAGS, ...(world.env.CXXFLAGS ?? "").split(/\s+/).filter(Boolean)];
  const key = addonKey(folder, wheels, world, flags);
  const file = join(places.build, `sulam-${key.slice(0, 16)}.node`);
  const engine = { addon: file, ...wheels };
  mkdirSync(places.build, { recursive: true });
  if (!existsSync(file)) {
    const compiler = findCompiler(world);
    const plan = { world, places, compiler, sources, flags, torch: wheels.torch, file };
    const text = `${compiler} compiles the addon against torch ${wheels.torchVersion}`;
    await report.timed("engine", text, () => compile(plan));
    removeOlder(places.build, file);
  }
  writeEngineJson(places.engineJson, engine);
  return engine;
}

function listSources(folder) {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return names.filter((name) => name.endsWith(".cc")).map((name) => join(folder, name));
}

function addonKey(folder, wheels, world, flags) {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder).sort()) hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  const facts = [wheels.torch, wheels.torchVersion, world.platform, world.arch, world.nodeAbi, flags];
  return hash.update(JSON.stringify(facts)).digest("hex");
}

/** The Node-API headers of npm's package, for a Node that came without its own. */
function apiHeaders(root) {
  const main = createRequire(join(root, "package.json")).resolve("node-api-headers");
  return join(dirname(main), "include");
}

/**
 * One call of the compiler, on a file that includes all sources: most of a compilation goes into torch's headers, which
 * are so read once.
 */
async function compile({ world, places, compiler, sources, flags, torch, file }) {
  const scratch = mkdtempSync(join(places.build, "compile-"));
  try {
    const all = join(scratch, "all.cc");
    writeFileSync(all, sources.map((path) => `#include ${JSON.stringify(path)}\n`).join(""));
    const headers = nodeHeaders(world);
    const node = headers ? join(headers, "include/node") : apiHeaders(places.root);
    const from = [node, join(torch, "include"), join(torch, "include/torch/csrc/api/include")];
    const include = from.flatMap((path) => ["-isystem", path]);
    // On macOS Node's own symbols are found when Node loads the addon.
    const system = world.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : ["-ldl"];
    const lib = join(torch, "lib");
    const libraries = [`-L${lib}`, "-ltorch_cpu", "-lc10", `-Wl,-rpath,${lib}`, ...system];
    const args = ["-shared", ...flags, ...include, all, ...libraries, "-o", join(scratch, "addon.node")];
    const log = join(places.build, "logs", "compile.log");
    const { code, output } = await world.run(compiler, args, { env: world.env, log });
    if (code !== 0) throw explainLog("The compiler", output, { log, world, todo: "CXX=g++ npx sulam setup" });
    renameSync(join(scratch, "addon.node"), file);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Addons of other sources, and what a compilation that was killed left behind. */
function removeOlder(build, file) {
  const old = readdirSync(build).filter((name) => /^(sulam-[0-9a-f]{16}\.node|compile-\w{6})$/.test(name));
  for (const path of old.map((name) => join(build, name))) if (path !== file) rmSync(path, { recursive: true });
}

function writeEngineJson(path, engine) {
  const text = `${JSON.stringify(engine, undefined, 2)}\n`;
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
