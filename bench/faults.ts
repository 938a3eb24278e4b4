import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SetupError } from "../src/base/errors.ts";
import type { Figure } from "./figure.ts";
import { kernelSpecs } from "./inputs/kernelSpecs.ts";
import { kernelVersions } from "./inputs/kernelVersions.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

/** What a kernel did with each test: `InterruptTests test_pending_await` to `pass`, `FAIL` or `skip`. */
type Results = Map<string, string>;

/**
 * Faults of our kernel, tslab and Deno: each is put to jupyter_kernel_test and our conformance tests, in its own spelling
 * of display, input and comm calls. One figure a test, 1 where it passes; then their sum.
 */
export async function run(): Promise<Figure[]> {
  const room = mkdtempSync(join(tmpdir(), "sulam-bench-"));
  try {
    const names = kernelSpecs(room);
    const all = names.map((name) => results(name, join(room, "prefix/share/jupyter")));
    return names.slice(1).flatMap((name, i) => compare(name, all[0], all[i + 1]));
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

function results(name: string, jupyterPath: string): Results {
  const env = { ...process.env, KERNEL_NAME: name, JUPYTER_PATH: jupyterPath };
  // tslab looks for @types/node from its working directory
  const cwd = join(root, "test/peers");
  const python = join(root, ".venv-dev/bin/python");
  const table = join(root, "test/kernel/conformance/table.py");
  const { stdout } = spawnSync(python, [table], { cwd, env, encoding: "utf8" });
  const rows = (stdout ?? "").matchAll(/^(\w+Tests) +(\w+) +(pass|FAIL|skip) /gm);
  const found = new Map([...rows].map(([, suite, test, result]) => [`${suite} ${test}`, result]));
  if (found.size === 0)
    throw new SetupError("bench", `the conformance tests said nothing of ${name}`, "npm run reference");
  return found;
}

function compare(name: string, ours: Results, theirs: Results): Figure[] {
  const versions = kernelVersions();
  const figure = (work: string, our: number, peer: number): Figure => ({
    work: `kernel faults: ${work}, beside ${name}`,
    ours: our,
    peer,
    ratio: null,
    unit: "tests passed",
    versions,
  });
  const passed = (results: Results, test: string): number => (results.get(test) === "pass" ? 1 : 0);
  // a test that a kernel's spelling leaves out for one of them compares nothing
  const both = [...ours.keys()].filter((test) => ours.get(test) !== "skip" && theirs.get(test) !== "skip");
  const sum = (results: Results): number => both.reduce((total, test) => total + passed(results, test), 0);
  const each = both.map((test) => figure(test, passed(ours, test), passed(theirs, test)));
  return [...each, figure(`all ${both.length} tests`, sum(ours), sum(theirs))];
}
