import { createRequire, isBuiltin, register } from "node:module";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { CELL_IMPORT, type CellImport } from "./cellImport.ts";
import { cellScope } from "./cellScope.ts";

const here = createRequire(import.meta.url);
const ENDING = extname(import.meta.url);

/**
 * Imports and requires of cells, resolved from the notebook's folder. Node's loader is given our hooks and tsx's only
 * at the first import that needs them: they cost a thread and a tenth of a second.
 */
export class CellModules {
  /** `require` as a file in the notebook's folder would have it. */
  readonly require: NodeJS.Require;
  private readonly from: string;
  private readonly tslab: object;
  private hooks: Promise<void> | undefined;
  private requires = false;
  private reloads = 0;

  /**
   * @param folder absolute path of the notebook's folder
   * @param tslab  what module "tslab" exports
   */
  constructor(folder: string, tslab: object) {
    this.from = pathToFileURL(join(folder, "__cell__.ts")).href;
    this.tslab = tslab;
    Object.defineProperty(globalThis, Symbol.for("sulam.kernel.tslab"), { value: tslab });
    const plain = createRequire(this.from);
    const require = (id: string): unknown => {
      if (id === "tslab") return tslab;
      if (!isBuiltin(id)) this.prepareRequire();
      return plain(id);
    };
    this.require = Object.assign(require, plain);
  }

  /** `import` of a cell, static or dynamic; `options` are its import attributes. */
  readonly import = async (specifier: string, options?: ImportCallOptions): Promise<unknown> => {
    const scope = cellScope.getStore();
    // An interrupt also stops the module that is being evaluated, and it would never be there: next time it is another.
    const stopped = (): void => this.reload();
    scope?.stops.add(stopped);
    try {
      return await this.load(specifier, options);
    } finally {
      scope?.stops.delete(stopped);
      // What follows in an interrupted cell would run beside the cell after it.
      if (scope?.interrupted) await new Promise(() => {});
    }
  };

  private async load(specifier: string, options?: ImportCallOptions): Promise<unknown> {
    const wanted = String(specifier);
    if (wanted === "tslab") return this.tslab;
    if (isBuiltin(wanted)) return await import(wanted);
    this.hooks ??= this.prepareImport();
    await this.hooks;
    const cell: CellImport = { specifier: wanted, from: this.from, reloads: this.reloads };
    return await import(`${CELL_IMPORT}${encodeURIComponent(JSON.stringify(cell))}`, options);
  }

  /** `%reload`: the next import loads every project file again. */
  reload(): void {
    this.reloads++;
  }

  private async prepareImport(): Promise<void> {
    // Where the kernel itself runs from TypeScript, tsx is there already.
    if (ENDING !== ".ts") (await import("tsx/esm/api")).register();
    this.prepareRequire();
    register(`./moduleHooks${ENDING}`, import.meta.url);
  }

  private prepareRequire(): void {
    if (this.requires || ENDING === ".ts") return;
    this.requires = true;
    here("tsx/cjs/api").register();
  }
}
