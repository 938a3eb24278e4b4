import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

interface Known {
  /** Counts the versions of the module: 0 is what was loaded first. */
  generation: number;
  stamp: string;
  hash: string;
  /** Files that import this one. */
  parents: Set<string>;
}

/**
 * Which project files were loaded, who imports whom, and which of them must be loaded again. A file counts as changed
 * when its content did; with it change all files that import it, however indirectly. All others keep their modules, and
 * so their state.
 */
export class ModuleGraph {
  private readonly files = new Map<string, Known>();

  /**
   * Notes that a file is imported.
   *
   * @param parent path of the importing file, when that is a project file too
   * @returns the generation of the module to use
   */
  add(path: string, parent?: string): number {
    let known = this.files.get(path);
    if (!known) {
      known = { generation: 0, stamp: stampOf(path), hash: hashOf(path), parents: new Set() };
      this.files.set(path, known);
    }
    if (parent !== undefined) known.parents.add(parent);
    return known.generation;
  }

  /** Looks at the disk and gives a new generation to what changed, or to all files. */
  refresh(all: boolean): void {
    const changed = [...this.files].filter(([path, known]) => this.isChanged(path, known) || all).map(([path]) => path);
    const stale = new Set(changed);
    for (const path of stale) for (const parent of this.files.get(path)?.parents ?? []) stale.add(parent);
    for (const path of stale) {
      const known = this.files.get(path);
      if (known) known.generation++;
    }
  }

  private isChanged(path: string, known: Known): boolean {
    const stamp = stampOf(path);
    if (stamp === known.stamp) return false;
    known.stamp = stamp;
    const hash = hashOf(path);
    if (hash === known.hash) return false;
    known.hash = hash;
    return true;
  }
}

function stampOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.mtimeNs} ${found.size} ${found.ino}` : "gone";
}

function hashOf(path: string): string {
  try {
    return createHash("sha1").update(readFileSync(path)).digest("hex");
  } catch {
    return "gone";
  }
}
