import { SetupFailure } from "./failure.mjs";
import { megabytes } from "./report.mjs";

const LEAST_NODE = 20;
const LEAST_PYTHON = [3, 10];
const COMPILERS = ["c++", "g++", "clang++"];
const PYTHONS = ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python3.14", "python"];

/** What Python says of itself in one call: version, and whether it can make a virtual environment with pip. */
const PROBE = `import json, sys
try:
    import ensurepip, venv
    makes = True
except ImportError:
    makes = False
print(json.dumps({"version": list(sys.version_info[:3]), "path": sys.executable, "venv": makes}))`;

/** The packages of each package manager that bring a tool. */
const PACKAGES = {
  "apt-get": { compiler: "g++ make", python: "python3 python3-venv" },
  dnf: { compiler: "gcc-c++ make", python: "python3" },
  pacman: { compiler: "gcc make", python: "python" },
  zypper: { compiler: "gcc-c++ make", python: "python3" },
};

/**
 * The command that brings a missing tool on this machine.
 *
 * @param {import("./world.mjs").World} world
 * @param {"compiler" | "python"} tool
 */
export function installCommand(world, tool) {
  if (world.platform === "darwin") return tool === "compiler" ? "xcode-select --install" : "brew install python@3.12";
  const manager = Object.keys(PACKAGES).find((name) => world.which(name)) ?? "apt-get";
  const verb = { pacman: "-S" }[manager] ?? "install";
  return `sudo ${manager} ${verb} ${PACKAGES[manager][tool]}`;
}

/** @throws {SetupFailure} on a Node that is too old, or a system that libtorch does not serve */
export function checkNode(world) {
  if (Number.parseInt(world.nodeVersion, 10) < LEAST_NODE) {
    throw new SetupFailure(
      `Node ${LEAST_NODE} or newer is needed, this is Node ${world.nodeVersion}.`,
      "nvm install 22",
    );
  }
  if (world.platform !== "linux" && world.platform !== "darwin") {
    throw new SetupFailure(`Linux or macOS is needed, this is ${world.platform}; WSL works.`, "wsl --install");
  }
}

/**
 * @param {import("./world.mjs").World} world
 * @returns {string} the C++ compiler: `CXX` when it is set, else the first of c++, g++ and clang++ on PATH
 * @throws {SetupFailure} when there is none
 */
export function findCompiler(world) {
  const wanted = world.env.CXX;
  const names = wanted ? [wanted] : COMPILERS;
  const found = names.map((name) => world.which(name)).find(Boolean);
  if (found) return found;
  if (wanted) throw new SetupFailure(`CXX names ${wanted}, and there is no such program.`, "unset CXX");
  throw new SetupFailure(
    `No C++ compiler was found on PATH (looked for ${COMPILERS.join(", ")}).`,
    installCommand(world, "compiler"),
  );
}

/**
 * @param {import("./world.mjs").World} world
 * @returns {Promise<{path: string, version: string}>} a Python >= 3.10 that can make virtual environments
 * @throws {SetupFailure} when there is none
 */
export async function findPython(world) {
  const found = PYTHONS.map((name) => world.which(name)).filter(Boolean);
  const least = LEAST_PYTHON.join(".");
  let old;
  let bare;
  for (const path of found) {
    const probe = await probePython(world, path);
    if (!probe) continue;
    if (!isRecent(probe.version)) old ??= probe.version.join(".");
    else if (!probe.venv) bare ??= path;
    else return { path: probe.path, version: probe.version.join(".") };
  }
  const todo = installCommand(world, "python");
  if (bare) throw new SetupFailure(`${bare} has no venv module with pip, which a set-up needs.`, todo);
  if (old) throw new SetupFailure(`Python ${least} or newer is needed, this machine has Python ${old}.`, todo);
  throw new SetupFailure(`No Python was found on PATH, and Python ${least} or newer is needed.`, todo);
}

/** @returns {Promise<{version: number[], path: string, venv: boolean} | undefined>} undefined when it does not start */
async function probePython(world, path) {
  const { code, output } = await world.run(path, ["-c", PROBE], { env: world.env });
  if (code !== 0) return undefined;
  try {
    return JSON.parse(output.slice(output.lastIndexOf("{")));
  } catch {
    return undefined;
  }
}

function isRecent([major, minor]) {
  return major > LEAST_PYTHON[0] || (major === LEAST_PYTHON[0] && minor >= LEAST_PYTHON[1]);
}

/**
 * @param {import("./world.mjs").World} world
 * @param {string} folder
 * @param {number} bytes  that the step is going to write
 * @param {string} what   the step's product, e.g. `torch`
 * @throws {SetupFailure} when the disk has less
 */
export function checkDisk(world, folder, bytes, what) {
  const free = world.freeBytes(folder);
  if (free >= bytes) return;
  throw new SetupFailure(
    `${what} needs ${megabytes(bytes)} of disk in ${folder}, and ${megabytes(free)} are free.`,
    `df -h ${folder}`,
  );
}
