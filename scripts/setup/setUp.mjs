import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { addon } from "./addon.mjs";
import { checkerSnapshot } from "./checkerSnapshot.mjs";
import { checkNode } from "./checks.mjs";
import { dist } from "./dist.mjs";
import { withLock } from "./lock.mjs";
import { npmPackages } from "./npmPackages.mjs";
import { findPlaces } from "./places.mjs";
import { makeReport } from "./report.mjs";
import { wheels } from "./wheels.mjs";
import { world as realWorld } from "./world.mjs";

/**
 * What every step gets.
 *
 * @typedef {object} Context
 * @property {import("./world.mjs").World} world
 * @property {import("./places.mjs").Places} places
 * @property {import("./report.mjs").Report} report
 */

/**
 * Brings this copy of sulam to the state in which it works, doing only what is not yet done: npm's packages, the
 * Python wheels, the compiled addon, `dist/`, the kernel's snapshot. `kernel` and `track` alone need neither torch nor Python.
 *
 * @param {object} options
 * @param {"kernel" | "track"} [options.only]
 * @param {(line: string) => void} options.print
 * @param {import("./world.mjs").World} [options.world]
 * @param {import("./places.mjs").Places} [options.places]
 * @returns {Promise<{root: string, only?: string, engine?: object}>} `engine` as in engine.json
 * @throws {import("./failure.mjs").SetupFailure}
 */
export async function setUp({ only, print, world = realWorld, places = findPlaces() }) {
  checkNode(world);
  const report = makeReport(print, () => performance.now());
  const context = { world, places, report };
  const wait = () => report.note("set-up", "another set-up is at work here: waiting for it");
  return withLock(join(places.build, "setup.lock"), wait, async () => {
    if (places.installed) hideFromGit(dirname(places.engineJson));
    await npmPackages(context);
    const engine = only ? undefined : await addon(context, await wheels(context));
    if (!places.installed) await dist(context);
    if (only !== "track") await checkerSnapshot(context);
    return { root: places.root, ...(only && { only }), ...(engine && { engine }) };
  });
}

/** Keeps `.sulam/` out of the repository of the project that uses the package, as the track room does. */
function hideFromGit(folder) {
  const ignore = join(folder, ".gitignore");
  if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
}
