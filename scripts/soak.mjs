import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

// `npm run soak -- kernel|memory [CELLS]`: the kernel's fuzz and memory tests, for as long as a night allows.

const tests = { kernel: ["soak", 2000], memory: ["memory", 100_000] };
const [name, cells] = process.argv.slice(2);
const found = Object.hasOwn(tests, name ?? "") ? tests[name] : undefined;
if (found === undefined || (cells !== undefined && !/^[1-9]\d*$/.test(cells))) {
  console.error("Usage: npm run soak -- kernel|memory [CELLS]\n\nExample:\n  npm run soak -- kernel 2000");
  process.exit(2);
}
const [file, usual] = found;
const root = fileURLToPath(new URL("..", import.meta.url));
const args = ["--import", "tsx", "--conditions=source", "--test", `test/kernel/${file}.test.ts`];
const env = { ...process.env, SULAM_SOAK_CELLS: cells ?? `${usual}` };
process.exitCode = spawnSync(process.execPath, args, { cwd: root, env, stdio: "inherit" }).status ?? 1;
