import { readFileSync } from "node:fs";
import type { LoadHook, ResolveFnOutput, ResolveHook, ResolveHookContext } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CELL_IMPORT, type CellImport, TSLAB_URL, VERSION } from "./cellImport.ts";
import { ModuleGraph } from "./moduleGraph.ts";

// Hooks of Node's module loader, in its own thread, in front of tsx's: they resolve a cell's imports from the
// notebook's folder and give project files that changed a new URL, so that they are loaded again.

const PACKAGE_FILE = /\/node_modules\/.*\.m?js$/;

const MODULE_SYNTAX = /^\s*(import|export)\b/m;
const COMMONJS_SYNTAX = /\b(__dirname|__filename|module\.exports|require\()|^\s*(export =|exports\.)/m;

const graph = new ModuleGraph();
let reloads = 0;

type Next = (specifier: string, context?: Partial<ResolveHookContext>) => ResolveFnOutput | Promise<ResolveFnOutput>;

/** Node's resolve hook. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  if (specifier === "tslab") return { url: TSLAB_URL, format: "module", shortCircuit: true };
  if (!specifier.startsWith(CELL_IMPORT)) return await found(specifier, context, next);
  const cell = JSON.parse(decodeURIComponent(specifier.slice(CELL_IMPORT.length))) as CellImport;
  if (cell.specifier === "tslab") return { url: TSLAB_URL, format: "module", shortCircuit: true };
  graph.refresh(cell.reloads > reloads);
  reloads = Math.max(reloads, cell.reloads);
  return await found(cell.specifier, { ...context, parentURL: cell.from }, next, true);
};

/** Node's load hook. */
export const load: LoadHook = (url, context, next) => {
  if (url === TSLAB_URL) {
    const source = `export const { display, newDisplay, versions } = globalThis[Symbol.for("sulam.kernel.tslab")];`;
    return { format: "module", source, shortCircuit: true };
  }
  // tsx reads and rewrites every file it is given; a package's plain JavaScript needs none of that.
  if (context.format === "module" && PACKAGE_FILE.test(url)) {
    return { format: "module", source: readFileSync(pathOf(url)), shortCircuit: true };
  }
  return next(withoutVersion(url), context);
};

async function found(
  specifier: string,
  context: ResolveHookContext,
  next: Next,
  fromCell: boolean = false,
): Promise<ResolveFnOutput> {
  const parentURL = context.parentURL && withoutVersion(context.parentURL);
  const result = asModule(await resolved(specifier, { ...context, parentURL }, next));
  if (!isProject(result.url)) return result;
  const parent = !fromCell && parentURL && isProject(parentURL) ? pathOf(parentURL) : undefined;
  const generation = graph.add(pathOf(result.url), parent);
  if (generation === 0) return result;
  return { ...result, url: `${result.url}${result.url.includes("?") ? "&" : "?"}${VERSION}=${generation}` };
}

/** A project that offers its sources under the `source` condition is imported from them; a package never is. */
async function resolved(specifier: string, context: ResolveHookContext, next: Next): Promise<ResolveFnOutput> {
  const bare = !/^(\.{0,2}\/|[a-z]+:)/.test(specifier);
  if (bare) {
    try {
      const result = await next(specifier, { ...context, conditions: [...context.conditions, "source"] });
      if (isProject(result.url)) return result;
    } catch {
      // The plain try below gives the error that the reader should see.
    }
  }
  return await next(specifier, { ...context, conditions: context.conditions.filter((name) => name !== "source") });
}

/**
 * TypeScript written as a module is loaded as one, also where package.json lacks `"type": "module"`: as CommonJS it
 * could neither await at its top nor be loaded again.
 */
function asModule(result: ResolveFnOutput): ResolveFnOutput {
  if (result.format !== "commonjs" || !isProject(result.url)) return result;
  const path = pathOf(result.url);
  if (!/\.tsx?$/.test(path)) return result;
  const text = readFileSync(path, "utf8");
  if (!MODULE_SYNTAX.test(text) || COMMONJS_SYNTAX.test(text)) return result;
  return { ...result, format: "module", url: pathToFileURL(path).href };
}

function isProject(url: string): boolean {
  return url.startsWith("file:") && !url.includes("/node_modules/");
}

function pathOf(url: string): string {
  // tsx hides a query of its own, encoded, in the path of a CommonJS file.
  return fileURLToPath(new URL(new URL(url).pathname, "file://")).replace(/\?.*$/, "");
}

function withoutVersion(url: string): string {
  return url.replace(new RegExp(`[?&]${VERSION}=\\d+`), "");
}
