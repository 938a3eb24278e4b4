import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Builds the start-up snapshot of the kernel's type checker: one process image with TypeScript loaded and the standard
 * library parsed and bound. The kernel starts without it too, only later to its first check.
 *
 * Its name tells what went into it (see snapshotPath), so that it is never used with another Node or other sources. Needs
 * `dist/`; a Node that cannot build snapshots leaves none, which is no failure.
 *
 * @param {import("./setUp.mjs").Context} context
 * @returns {Promise<string | undefined>} the snapshot's path
 */
export async function checkerSnapshot({ world, places, report }) {
  const named = pathToFileURL(join(places.root, "dist/kernel/checker/snapshotPath.js")).href;
  const { snapshotPath } = await import(named);
  const file = snapshotPath(places.root);
  const folder = dirname(file);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(folder, "snapshot-"));
  try {
    const blob = join(scratch, "checker.blob");
    const failure = await report.timed("kernel", "the type checker's start-up snapshot", () =>
      build(world, places.root, scratch, blob),
    );
    if (failure !== undefined) return undefined;
    for (const name of readdirSync(folder)) if (name.endsWith(".blob")) rmSync(join(folder, name));
    renameSync(blob, file);
    return file;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @returns {Promise<string | undefined>} why there is no snapshot */
async function build(world, root, scratch, blob) {
  const bundle = join(scratch, "checker.cjs");
  await bundleChecker(root, bundle);
  const args = ["--snapshot-blob", blob, "--build-snapshot", bundle];
  const { code, output } = await world.run(world.nodePath, args, { cwd: root });
  return code === 0 && existsSync(blob) ? undefined : output;
}

/**
 * One CommonJS file, since a snapshot's program can load only Node's own modules. esbuild is tsx's. Files still lie where
 * the bundled module lay.
 */
async function bundleChecker(root, outfile) {
  const tsx = createRequire(join(root, "package.json")).resolve("tsx/package.json");
  const esbuild = createRequire(tsx)("esbuild");
  const entry = join(root, "dist/kernel/checker/snapshot.js");
  await esbuild.build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    define: { "import.meta.url": JSON.stringify(pathToFileURL(entry).href) },
    logLevel: "silent",
  });
}
