import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * Where the checker's start-up snapshot for this Node, this TypeScript and these sources lies, if set-up has built one:
 * a process started with `--snapshot-blob PATH` and no other V8 option answers as `main.js` does, but sooner.
 *
 * @param root  the package's folder, with `dist/`
 * @throws an error of the file system when `dist/` is not built
 */
export function snapshotPath(root: string): string {
  const hash = createHash("sha256").update(`${process.version} ${process.platform} ${process.arch} ${root}\0`);
  const typescript = createRequire(join(root, "package.json")).resolve("typescript/package.json");
  hash.update(readFileSync(typescript)).update(readFileSync(join(root, "dist/kernel/globals.js")));
  const folder = join(root, "dist/kernel/checker");
  const names = readdirSync(folder).filter((name) => name.endsWith(".js"));
  for (const name of names.sort()) hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  return join(root, "build/kernel", `checker-${hash.digest("hex").slice(0, 16)}.blob`);
}
