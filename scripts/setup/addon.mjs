import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { findCompiler } from "./checks.mjs";
import { explainLog } from "./explainLog.mjs";
import { SetupFailure } from "./failure.mjs";
import { nodeHeaders } from "./npmPackages.mjs";

/** torch 2.13's headers want C++20. */
const FLAGS = ["-O2", "-std=c++20", "-fPIC", "-shared"];

/**
 * Compiles the engine's addon, all sources in one call of the compiler, and writes `engine.json`, from which the
 * engine room loads it. The addon is named after what went into it (sources, torch, Node's ABI, flags), so a change of
 * any of them builds another and an unchanged one is found again.
 *
 * @param {import("./setUp.mjs").Context} context
 * @param {import("./wheels.mjs").Wheels} wheels
 * @returns {Promise<object>} what engine.json holds
 */
export async function addon({ world, places, report }, wheels) {
  const folder = join(places.root, "src/engine/native");
  const sources = listSources(folder);
  if (sources.length === 0)
    throw new SetupFailure(`${folder} holds no C++ sources.`, "git checkout -- src/engine/native");
  const flags = [...FLAGS, ...(world.env.CXXFLAGS ?? "").split(/\s+/).filter(Boolean)];
  const key = addonKey(folder, wheels, world, flags);
  const file = join(places.build, `sulam-${key.slice(0, 16)}.node`);
  const engine = { addon: file, ...wheels };
  if (!existsSync(file)) {
    const compiler = findCompiler(world);
    const args = compilerArguments({ world, places, wheels, sources, flags });
    await report.timed("engine", `${compiler} compiles the addon against torch ${wheels.torchVersion}`, () =>
      compile({ world, places, compiler, args, file }),
    );
    for (const name of readdirSync(places.build)) {
      if (/^sulam-[0-9a-f]{16}\.node$/.test(name) && join(places.build, name) !== file) rmSync(join(places.build, name));
    }
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

function compilerArguments({ world, places, wheels, sources, flags }) {
  const headers = nodeHeaders(world);
  const include = headers ? join(headers, "include/node") : apiHeaders(places.root);
  const lib = join(wheels.torch, "lib");
  // On macOS Node's own symbols are found when Node loads the addon.
  const late = world.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : [];
  const from = [include, join(wheels.torch, "include"), join(wheels.torch, "include/torch/csrc/api/include")];
  const libraries = ["-ltorch", "-ltorch_cpu", "-lc10"];
  return [
    ...flags,
    ...from.flatMap((path) => ["-isystem", path]),
    ...sources,
    `-L${lib}`,
    ...libraries,
    `-Wl,-rpath,${lib}`,
    ...late,
  ];
}

/** The Node-API headers of npm's package, for a Node that came without its own. */
function apiHeaders(root) {
  const main = createRequire(join(root, "package.json")).resolve("node-api-headers");
  return join(dirname(main), "include");
}

async function compile({ world, places, compiler, args, file }) {
  mkdirSync(places.build, { recursive: true });
  const log = join(places.build, "logs", "compile.log");
  const { code, output } = await world.run(compiler, [...args, "-o", `${file}.new`], { env: world.env, log });
  if (code !== 0) {
    rmSync(`${file}.new`, { force: true });
    throw explainLog("The compiler", output, { log, todo: "CXX=g++ npm run setup" });
  }
  renameSync(`${file}.new`, file);
}

function writeEngineJson(path, engine) {
  const text = `${JSON.stringify(engine, undefined, 2)}\n`;
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
