import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { checkDisk } from "./checks.mjs";
import { explainLog } from "./explainLog.mjs";
import { SetupFailure } from "./failure.mjs";
import { megabytes } from "./report.mjs";

/** What node_modules takes on disk, with the headers and objects of better-sqlite3's build. */
const NODE_MODULES_BYTES = 600e6;

/**
 * Brings `node_modules` in step with `package-lock.json` (a clone only: an installed package has what npm gave it), and
 * makes sure that SQLite's native part loads in this Node.
 *
 * @param {import("./setUp.mjs").Context} context
 */
export async function npmPackages({ world, places, report }) {
  const { root, installed } = places;
  if (!installed && !matchesLock(root, world)) {
    checkDisk(world, root, NODE_MODULES_BYTES, "node_modules");
    await report.timed("npm packages", "npm ci; better-sqlite3 compiles for about a minute", () =>
      npm(["ci", "--include=dev", "--no-audit", "--no-fund"], { world, places }),
    );
    report.note("npm packages", await downloaded(root, world));
  }
  if (!sqliteLoads(root)) {
    const where = installed ? dirname(dirname(dirname(resolveSqlite(root)))) : root;
    await report.timed("npm packages", "npm rebuild better-sqlite3 (about a minute)", () =>
      npm(["rebuild", "better-sqlite3", "--ignore-scripts=false"], { world, places, cwd: where }),
    );
    if (!sqliteLoads(root)) {
      throw new SetupFailure("better-sqlite3 was built but does not load in this Node.", "npm rebuild better-sqlite3");
    }
  }
  if (!installed) linkCommand(root);
}

/**
 * True when every package of the lock file that this platform wants lies in `node_modules` in the version wanted.
 * npm's own hidden lock file tells what it installed; a folder that was deleted since counts as missing.
 */
export function matchesLock(root, { platform, arch }) {
  const hidden = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(hidden)) return false;
  const wanted = readPackages(join(root, "package-lock.json"));
  const there = readPackages(hidden);
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    if (!there[path]) return entry.optional === true && !isFor(entry, platform, arch);
    return there[path].version === entry.version && existsSync(join(root, path, "package.json"));
  });
}

/** An optional package without `os` and `cpu` may be left out; so may one for another C library. */
function isFor(entry, platform, arch) {
  return entry.os?.includes(platform) === true && entry.cpu?.includes(arch) === true && entry.libc === undefined;
}

function readPackages(path) {
  return JSON.parse(readFileSync(path, "utf8")).packages;
}

/** Node's headers, where this Node brings them: node-gyp then has nothing to download. */
export function nodeHeaders(world) {
  const prefix = dirname(dirname(realpathSync(world.nodePath)));
  return world.exists(join(prefix, "include/node/node.h")) ? prefix : undefined;
}

async function npm(args, { world, places, cwd = places.root }) {
  const env = { ...world.env };
  const prefix = nodeHeaders(world);
  const isSet = Object.keys(env).some((key) => key.toLowerCase() === "npm_config_nodedir");
  if (prefix && !isSet) env.npm_config_nodedir = prefix;
  const log = join(places.build, "logs", `npm-${args[0]}.log`);
  const { command, before } = npmCommand(world);
  const { code, output } = await world.run(command, [...before, ...args], { cwd, env, log });
  if (code !== 0) throw explainLog(`npm ${args[0]}`, output, { log, world, todo: `npm ${args.join(" ")}` });
}

/** The npm that started us, else the one on PATH. */
function npmCommand(world) {
  const script = world.env.npm_execpath;
  if (script?.endsWith("npm-cli.js")) return { command: world.nodePath, before: [script] };
  const command = world.which("npm");
  if (!command) throw new SetupFailure("npm was not found on PATH; it comes with Node.", "nvm install 22");
  return { command, before: [] };
}

/** npm keeps what it downloads by content, so the tarballs of the lock file can be measured there. */
async function downloaded(root, world) {
  const { command, before } = npmCommand(world);
  const { output } = await world.run(command, [...before, "config", "get", "cache"], { cwd: root, env: world.env });
  const wanted = Object.entries(readPackages(join(root, "node_modules", ".package-lock.json")));
  const sizes = wanted.map(([, entry]) => cachedBytes(output.trim(), entry.integrity));
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  return `${wanted.length} packages, ${megabytes(total)} of tarballs`;
}

function cachedBytes(cache, integrity = "") {
  const [algorithm, digest] = integrity.split(" ")[0].split(/-(.*)/s);
  if (!digest) return 0;
  const hex = Buffer.from(digest, "base64").toString("hex");
  const file = join(cache, "_cacache/content-v2", algorithm, hex.slice(0, 2), hex.slice(2, 4), hex.slice(4));
  return existsSync(file) ? statSync(file).size : 0;
}

function resolveSqlite(root) {
  try {
    return createRequire(join(root, "package.json")).resolve("better-sqlite3/package.json");
  } catch {
    throw new SetupFailure("The npm package better-sqlite3 is not installed.", "npm install");
  }
}

function sqliteLoads(root) {
  const Database = createRequire(join(root, "package.json"))(dirname(resolveSqlite(root)));
  try {
    new Database(":memory:").close();
    return true;
  } catch {
    return false;
  }
}

/** `npx sulam` looks in node_modules/.bin first, where npm puts the commands of dependencies but not a project's own. */
function linkCommand(root) {
  const link = join(root, "node_modules/.bin/sulam");
  const target = join(root, "bin/sulam.mjs");
  if (existsSync(link) && realpathSync(link) === realpathSync(target)) return;
  rmSync(link, { force: true });
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync("../../bin/sulam.mjs", link);
  chmodSync(target, 0o755);
}
