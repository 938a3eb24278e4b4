import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SetupFailure } from "./failure.mjs";

/**
 * Builds `dist/` (JavaScript and declarations) when the sources differ from those it was built from. A clone only: the
 * tarball brings its own.
 *
 * @param {import("./setUp.mjs").Context} context
 */
export async function dist({ world, places, report }) {
  const { root } = places;
  const sources = listTypeScript(join(root, "src"));
  const settings = ["tsconfig.json", "tsconfig.build.json", "package.json"].map((name) => join(root, name));
  const hash = createHash("sha256");
  for (const path of [...settings, ...sources]) hash.update(`${path.slice(root.length)}\0`).update(readFileSync(path));
  const key = hash.digest("hex");
  const stamp = join(root, "dist/.stamp");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === key) return;
  await report.timed("dist", `tsc builds ${sources.length} files`, () => build(world, places));
  removeOrphans(root, sources);
  writeFileSync(stamp, key);
}

async function build(world, { root, build }) {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const log = join(build, "logs", "tsc.log");
  const { code, output } = await world.run(world.nodePath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, log });
  if (code === 0) return;
  const first = output.split("\n").find((line) => line.includes("error TS")) ?? output.split("\n")[0];
  throw new SetupFailure(`The TypeScript sources do not compile: ${first}`, "npx tsc -p tsconfig.json");
}

function listTypeScript(folder) {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".ts"));
  return files.map((entry) => join(entry.parentPath ?? entry.path, entry.name)).sort();
}

/** tsc leaves the output of sources that are gone. */
function removeOrphans(root, sources) {
  const alive = new Set(sources.map((path) => path.slice(root.length + "/src/".length, -".ts".length)));
  const folder = join(root, "dist");
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || entry.name.startsWith(".")) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const stem = path.slice(folder.length + 1).replace(/(\.d\.ts|\.js)(\.map)?$/, "");
    if (!alive.has(stem)) rmSync(path);
  }
}
