import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { InputError } from "../../base/errors.ts";
import { sha256File } from "../../base/hash.ts";
import { loadDataset } from "../../data/loadDataset.ts";
import type { Difference } from "./difference.ts";
import type { Recording } from "./recording.ts";

/** What became of a run's data in the user's checkout. */
export interface DataHere {
  differences: Difference[];
  notes: string[];
}

/** What an experiment names as its data. */
export interface NamedData {
  /** The dataset. */
  name: string;
  /** Files of further pairs. */
  more: readonly string[];
}

/**
 * Compares the data that a run used with what lies in the checkout now. A file that was changed since its commit is a
 * difference. One that a later commit changed is only worth a word: the run's own commit has the old one.
 *
 * @param data as the experiment spells it
 * @param place `folder` in which the run was made, and the checkout's `root`
 */
export async function checkDataHere(
  { datasets }: Recording,
  { name, more }: NamedData,
  { folder, root }: { folder: string; root: string },
): Promise<DataHere> {
  const registered = join(root, "datasets", name);
  const path = /^[\w-]+$/.test(name) && existsSync(registered) ? registered : resolve(folder, name);
  const files = new Set(more.map((file) => basename(file)));
  const recorded = datasets.find((input) => !files.has(input.name))?.digest;
  const looks = [lookAt({ name, path, root, recorded, digestOf: datasetDigest })];
  for (const file of more) {
    const recorded = datasets.find((input) => input.name === basename(file))?.digest;
    looks.push(lookAt({ name: file, path: resolve(folder, file), root, recorded, digestOf: sha256File }));
  }
  const found = await Promise.all(looks);
  return {
    differences: found.flatMap(({ differences }) => differences),
    notes: found.flatMap(({ notes }) => notes),
  };
}

interface DataFile {
  name: string;
  path: string;
  root: string;
  /** The beginning of its sha256. */
  recorded: string | undefined;
  digestOf: (path: string) => Promise<string>;
}

async function lookAt({ name, path, root, recorded, digestOf }: DataFile): Promise<DataHere> {
  if (!existsSync(path)) return { differences: [], notes: [] };
  const found = await digestOf(path);
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
async function datasetDigest(path: string): Promise<string> {
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
