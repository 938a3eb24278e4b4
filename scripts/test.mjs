import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "./setup/main.mjs";
import { seconds } from "./setup/report.mjs";

// `npm test`: set-up, type check, Biome, then every test/**/*.test.ts.
// `npm test -- test/base test/house.test.ts`: set-up, then the tests of these files and folders only.

const root = fileURLToPath(new URL("..", import.meta.url));
/** A file that takes longer hangs. The longest, the whole installation in test/pack.test.ts, takes a few minutes. */
const TIMEOUT_MS = 20 * 60_000;
/** Files that run at once; most load torch, which takes half a GB. */
const CONCURRENCY = Math.min(4, Math.max(1, availableParallelism()));

process.exitCode = await runAll(process.argv.slice(2));

/** @returns {Promise<number>} exit code */
async function runAll(paths) {
  const wanted = paths.length > 0 ? paths : ["test"];
  const empty = wanted.filter((path) => testFiles(path).length === 0);
  if (empty.length > 0) {
    console.error(`npm test: no *.test.ts in ${empty.join(", ")}.`);
    return 1;
  }
  const setup = await main([]);
  if (setup !== 0) return setup;
  const checks = paths.length > 0 ? [] : [check("type check", "typescript/bin/tsc", ["-p", "tsconfig.json"]), lint()];
  const tests = runTests(wanted.flatMap(testFiles));
  const failed = [...checks, tests].filter(({ ok }) => !ok);
  for (const { name } of failed) console.error(`npm test: ${name} failed.`);
  return failed.length > 0 ? 1 : 0;
}

/** The test files below a folder, or the file itself, relative to the root. @returns {string[]} */
function testFiles(path) {
  const full = resolve(root, path);
  if (!statSync(full, { throwIfNoEntry: false })?.isDirectory()) {
    return full.endsWith(".test.ts") && existsSync(full) ? [relative(root, full)] : [];
  }
  const names = readdirSync(full, { recursive: true }).filter((name) => name.endsWith(".test.ts"));
  return names.map((name) => relative(root, join(full, name))).sort();
}

function lint() {
  return check("Biome", "@biomejs/biome/bin/biome", ["check", "--error-on-warnings"]);
}

/** Runs a tool of node_modules. @returns {{name: string, ok: boolean}} */
function check(name, script, args) {
  const start = performance.now();
  const command = [join(root, "node_modules", script), ...args];
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: "inherit" });
  console.log(`${name}: ${status === 0 ? "ok" : "FAILED"} (${seconds(performance.now() - start)})`);
  return { name, ok: status === 0 };
}

/** Node's runner exits 0 when it found no test, so its own count is read as well. */
function runTests(files) {
  const tap = join(root, "build/logs/tests.tap");
  mkdirSync(join(root, "build/logs"), { recursive: true });
  rmSync(tap, { force: true });
  const options = [
    ...["--import", "tsx", "--conditions=source", "--test"],
    ...[`--test-concurrency=${CONCURRENCY}`, `--test-timeout=${TIMEOUT_MS}`],
    ...["--test-reporter=spec", "--test-reporter-destination=stdout"],
    ...["--test-reporter=tap", `--test-reporter-destination=${tap}`],
  ];
  // A busy machine would draw a run over its first second, and put samples of itself among the points that a test counts.
  const env = { MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING: "false", ...process.env };
  const { status, signal } = spawnSync(process.execPath, [...options, ...files], { cwd: root, stdio: "inherit", env });
  if (!existsSync(tap)) {
    console.error(`npm test: the runner ended with ${signal ?? `code ${status}`} before it wrote ${tap}.`);
    return { name: "tests", ok: false };
  }
  const count = Number(/^# tests (\d+)$/m.exec(readFileSync(tap, "utf8"))?.[1] ?? 0);
  if (count === 0) console.error("npm test: the runner found no test.");
  return { name: "tests", ok: status === 0 && count > 0 };
}
