import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { InputError } from "../../base/errors.ts";
import { loadDataset } from "../../data/loadDataset.ts";
import type { Difference } from "./difference.ts";
import type { Recording } from "./recording.ts";

/** What became of a run's data in the user's checkout. */
export interface DataHere {
  differences: Difference[];
  notes: string[];
}

/**
 * Compares the data that a run used with what lies in the checkout now. A file that was changed since its commit is a
 * difference. One that a later commit changed is only worth a word: the run's own commit has the old one.
 *
 * @param place `name` as the experiment spells it, `folder` in which the run was made, and the checkout's `root`
 */
export async function checkDataHere(
  { datasets }: Recording,
  place: { name: string; folder: string; root: string },
): Promise<DataHere> {
  const { name, folder, root } = place;
  const registered = join(root, "datasets", name);
  const path = /^[\w-]+$/.test(name) && existsSync(registered) ? registered : resolve(folder, name);
  if (!existsSync(path)) return { differences: [], notes: [] };
  const found = await digestOf(path);
  const recorded = datasets[0]?.digest;
  if (recorded === undefined || found.startsWith(recorded)) return { differences: [], notes: [] };
  if (isAsCommitted(root, path))
    return {
      differences: [],
      notes: [`A later commit changed the data ${name}; the run has those of its own commit.`],
    };
  return {
    differences: [{ what: "data", name: `${name} in this checkout`, recorded, found, within: false }],
    notes: [],
  };
}

/** The sha256 of a whole dataset, else what is wrong with it. */
async function digestOf(path: string): Promise<string> {
  try {
    return (await loadDataset(path)).card.sha256;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

function isAsCommitted(root: string, path: string): boolean {
  try {
    execFileSync("git", ["ls-files", "--error-unmatch", "--", path], { cwd: root, stdio: "ignore" });
    execFileSync("git", ["diff", "--quiet", "HEAD", "--", path], { cwd: root, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
