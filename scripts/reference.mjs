import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findPython } from "./setup/checks.mjs";
import { SetupFailure } from "./setup/failure.mjs";
import { inspectPython } from "./setup/inspectPython.mjs";
import { pip } from "./setup/pip.mjs";
import { findPlaces } from "./setup/places.mjs";
import { makeReport } from "./setup/report.mjs";
import { readRequirements } from "./setup/requirements.mjs";
import { torchIndex } from "./setup/torchIndex.mjs";
import { world } from "./setup/world.mjs";

// Brings the Python reference packages of requirements-dev.txt into .venv-dev and the kernels of test/peers, then runs
// test/reference with them. With `--bring` it ends before the tests.
// There a skipped test is a failure: the packages are what these tests skip for. Only a browser may be missing.

/** How a test that needs one begins its reason. */
const NO_BROWSER = "no browser";

const places = findPlaces();
const venv = join(places.root, ".venv-dev");
const python = join(venv, "bin/python");
const context = {
  world,
  places,
  report: makeReport(
    (line) => console.log(line),
    () => performance.now(),
  ),
};

try {
  await prepare();
  await bringPeers();
  if (!process.argv.includes("--bring")) process.exitCode = runTests();
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  console.error(`reference: ${error.sentence}\nTo mend it: ${error.command}`);
  process.exitCode = 1;
}

/** torch goes first, in a call of its own, so that it comes from where set-up takes it. */
async function prepare() {
  const lines = readRequirements(join(places.root, "requirements-dev.txt"));
  const key = createHash("sha256")
    .update(JSON.stringify([lines, venv]))
    .digest("hex");
  const stamp = join(venv, ".stamp");
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, "utf8") === key) return;
  if (!(await isWhole(lines))) {
    const base = await findPython(world);
    const made = await world.run(base.path, ["-m", "venv", "--clear", venv], { env: world.env });
    if (made.code !== 0) throw new SetupFailure(`Python could not make ${venv}.`, `${base.path} -m venv ${venv}`);
    const [torch, ...rest] = lines;
    const { options } = await torchIndex(context, python, torch);
    await context.report.timed("reference", torch, () =>
      pip(context, python, ["install", ...options, torch], "dev-torch"),
    );
    await context.report.timed("reference", rest.join(" "), () => pip(context, python, ["install", ...rest], "dev"));
    if (!(await isWhole(lines))) throw new SetupFailure("pip installed other versions than asked.", `rm -rf ${venv}`);
  }
  writeFileSync(stamp, key);
}

/** tslab, and what the kernel shows of others. None of them needs its install script. */
async function bringPeers() {
  const folder = join(places.root, "test/peers");
  const lock = createHash("sha256")
    .update(readFileSync(join(folder, "package-lock.json")))
    .digest("hex");
  const stamp = join(folder, "node_modules/.stamp");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  const log = join(places.build, "logs", "peers.log");
  const { code } = await context.report.timed("reference", "tslab, deno, danfojs-node", () =>
    world.run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder, env: world.env, log }),
  );
  if (code !== 0) throw new SetupFailure(`npm could not install test/peers; see ${log}.`, "cd test/peers && npm ci");
  writeFileSync(stamp, lock);
}

async function isWhole(lines) {
  const pins = lines.map((line) => line.split("=="));
  const facts = existsSync(python)
    ? await inspectPython(
        world,
        python,
        pins.map(([name]) => name),
      )
    : undefined;
  return pins.every(([name, version]) => {
    const dist = facts?.found[name];
    return dist?.whole === true && dist.version.split("+")[0] === version;
  });
}

function runTests() {
  const script = fileURLToPath(new URL("test.mjs", import.meta.url));
  const env = { ...process.env, SULAM_REFERENCE_PYTHON: python };
  const { status } = spawnSync(process.execPath, [script, "test/reference"], { env, stdio: "inherit" });
  const tap = readFileSync(join(places.build, "logs/tests.tap"), "utf8");
  const skipped = [...tap.matchAll(/^ *ok .* # SKIP (.*)$/gm)].filter(([, why]) => !why.startsWith(NO_BROWSER));
  for (const [, why] of skipped) console.error(`reference: a test was skipped, and none may be here: ${why}`);
  return status === 0 && skipped.length === 0 ? 0 : 1;
}
