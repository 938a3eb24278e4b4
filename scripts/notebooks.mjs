import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

// `npm run notebooks [-- --write] [NAME..]`: runs the course's notebooks and compares what they say with what is stored;
// with `--write` stores it instead, in the form to commit. A NAME is the beginning of a file's, e.g. 04.

const root = fileURLToPath(new URL("..", import.meta.url));
const write = process.argv.includes("--write");
const names = process.argv.slice(2).filter((word) => word !== "--write");
// others that lie beside the course are their writers' own
const all = readdirSync(`${root}/notebooks`).filter((name) => /^\d\d-.*\.ipynb$/.test(name));
const files = all.filter((name) => names.length === 0 || names.some((start) => name.startsWith(start)));
if (files.length === 0) {
  console.error(`There is no notebook ${names.join(", ")}. There are: ${all.join(", ") || "none"}`);
  process.exit(2);
}

// Another processor's float32 sums may rank two near texts the other way: a query or two of the measured ones.
const compare = ["--check", "--normalize", "--tolerance", "0.02", "--absolute", "0.05"];
const failed = files.filter((name) => {
  console.log(`\nnotebooks/${name}`);
  const args = ["bin/sulam.mjs", "notebook", "run", `notebooks/${name}`, ...(write ? ["--png", "--slim"] : compare)];
  return spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status !== 0;
});
console.log(`\n${files.length} notebooks, ${failed.length} failed${failed.length > 0 ? `: ${failed.join(", ")}` : ""}`);
process.exitCode = failed.length > 0 ? 1 : 0;
