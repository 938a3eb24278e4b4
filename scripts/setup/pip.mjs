import { statSync } from "node:fs";
import { join } from "node:path";
import { explainLog } from "./explainLog.mjs";
import { SetupFailure } from "./failure.mjs";
import { megabytes } from "./report.mjs";

/** Settings that send packages elsewhere than asked. All others of the user's pip are left as they are. */
const MISLEADING = ["PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PYTHONHOME"];

/**
 * Runs `python -m pip` and reports each download with its size.
 *
 * @param {import("./setUp.mjs").Context} context
 * @param {string} python
 * @param {string[]} args
 * @param {string} step  e.g. `torch`
 * @throws {SetupFailure} when pip fails
 */
export async function pip({ world, places, report }, python, args, step) {
  const log = join(places.build, "logs", `pip-${step}.log`);
  const onLine = (line) => {
    const download = describeDownload(line);
    if (download) report.note(step, download);
  };
  const { code, output } = await world.run(python, ["-m", "pip", ...args], { env: pipEnv(world.env), log, onLine });
  if (code === 0) return output;
  throw explainPip(output, { log, python, args, world });
}

/** The environment without what would make pip install to another place. */
export function pipEnv(env) {
  return Object.fromEntries(Object.entries(env).filter(([key]) => !MISLEADING.includes(key)));
}

/**
 * @param {string} line of pip's output
 * @returns {string | undefined} e.g. `torch-2.13.0-cp311-cp311-linux_x86_64.whl, 191.8 MB`
 */
export function describeDownload(line) {
  const network = /^\s*Downloading (\S+?)(?:\.metadata)? \(([\d.]+ .?[kMG]?B)\)/.exec(line);
  if (network) return line.includes(".metadata ") ? undefined : `${baseName(network[1])}, ${network[2]}`;
  const cached = /^\s*Using cached (\S+\.whl) \(([\d.]+ .?[kMG]?B)\)/.exec(line);
  if (cached) return `${baseName(cached[1])}, ${cached[2]}, from pip's cache`;
  const local = /^\s*Processing (\/\S+\.whl)/.exec(line);
  return local ? `${baseName(local[1])}, ${megabytes(statSync(local[1]).size)}, from this disk` : undefined;
}

function baseName(address) {
  return decodeURIComponent(address.slice(address.lastIndexOf("/") + 1));
}

function explainPip(output, { log, python, args, world }) {
  const todo = `${python} -m pip ${args.join(" ")}`;
  const failure = explainLog("pip", output, { log, todo, world });
  if (/No module named pip/.test(output)) {
    return new SetupFailure(`${python} has no pip.`, `${python} -m ensurepip`);
  }
  const missing = /No matching distribution found for (\S+)/.exec(output);
  if (!missing || !failure.sentence.startsWith("pip failed")) return failure;
  // With its retries switched off pip does not say that it reached no index.
  const reason = /from versions: none/.test(output) ? ", or reached no package index" : "";
  return new SetupFailure(
    `pip found no ${missing[1]} for this Python and system${reason}; its log is ${log}.`,
    "SULAM_PYTHON=/path/to/a/python/with/torch npx sulam setup",
  );
}
