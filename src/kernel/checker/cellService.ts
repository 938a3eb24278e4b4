import { existsSync, statSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join, posix } from "node:path";
import ts from "typescript";
import { kernelGlobals } from "../globals.ts";
import { ambientTypes, type TypeGroup } from "./ambientTypes.ts";
import { includesLibrary } from "./includesLibrary.ts";
import { type ProjectOptions, projectOptions } from "./projectOptions.ts";
import { CELL_PREFIX, type Scope } from "./scope.ts";

/** The cell that is looked at, as a virtual module. */
export interface CurrentCell {
  text: string;
  isJsx: boolean;
  hasImports: boolean;
  globalEffects: ReadonlySet<string>;
}

/** What the translated code calls, and what is missing when a project has no `@types/node` and sulam brought none. */
const HELPERS = "declare function __sulam_shell(command: string): Promise<void>;";
const WITHOUT_NODE = `declare var process: any, Buffer: any, require: any, global: any; declare module "node:*";`;

const requireHere = createRequire(import.meta.url);
const LIB_FOLDER = dirname(requireHere.resolve("typescript"));
const PACKAGE_FOLDER = dirname(requireHere.resolve("typescript/package.json"));
/** Where the program finds the joined libraries, see `groups`. The first stands in for TypeScript's own. */
const LIB = join(LIB_FOLDER, "lib.esnext.d.ts");
const JOINED = [LIB, join(LIB_FOLDER, "node.d.ts"), join(LIB_FOLDER, "project.d.ts")];
/** The edition of the language that nearly all projects have, and so a start-up snapshot can hold parsed for them. */
const BASE = "lib.es2022.d.ts";

/** The last two are TypeScript's own, for editors: without the cache it parses package.json files anew for each cell. */
type Host = ts.LanguageServiceHost & {
  hasInvalidatedResolutions(path: ts.Path): boolean;
  getModuleResolutionCache(): ts.ModuleResolutionCache;
};

/**
 * TypeScript's language service on one virtual module, the current cell, which imports what it needs from the virtual
 * modules of earlier cells and from the project's files on disk.
 */
export class CellService {
  readonly service: ts.LanguageService;
  readonly project: ProjectOptions;
  private readonly cwd: string;
  private readonly scope: Scope;
  private readonly virtual = new Map<string, string>();
  private readonly snapshots = new Map<string, { version: string; snapshot: ts.IScriptSnapshot }>();
  private readonly fixedRoots: string[];
  /** What is in each joined library: two projects that share a registry may want different ones. */
  private readonly joined = new Map<string, string>();
  private current: CurrentCell = { text: "export {};", isJsx: false, hasImports: false, globalEffects: new Set() };
  private version = 0;
  private cache: ts.ModuleResolutionCache;

  /** @param registry  holds parsed files; two services of one process may share it */
  constructor(cwd: string, scope: Scope, registry: ts.DocumentRegistry) {
    this.cwd = cwd;
    this.scope = scope;
    this.project = projectOptions(cwd);
    const { options, libs, roots } = this.project;
    const ambient = ambientTypes(LIB_FOLDER, groups(libs, findNodeTypes(cwd)));
    for (const path of ambient.merged) this.virtual.set(path, "");
    for (const [i, { text, version }] of ambient.joined.entries()) {
      this.virtual.set(JOINED[i]!, text);
      this.joined.set(JOINED[i]!, version);
    }
    options.lib = ["lib.esnext.d.ts"];
    options.types = (options.types ?? []).filter((name) => name !== "node");
    this.fixedRoots = [...JOINED, ...ambient.modules, ...roots];
    this.cache = this.newCache();
    this.service = ts.createLanguageService(this.host(options), registry);
  }

  /** Puts a cell where `program` and the language service look. @returns its file name */
  show(cell: CurrentCell): string {
    this.current = cell;
    this.version++;
    // Files may have come since, and packages been installed: what a cell imports is looked up anew.
    if (cell.hasImports) this.cache = this.newCache();
    return this.currentName();
  }

  /** The program of the shown cell. */
  program(): ts.Program {
    return this.service.getProgram()!;
  }

  private currentName(): string {
    return posix.join(this.cwd, `${CELL_PREFIX}${this.current.isJsx ? ".tsx" : ".ts"}`);
  }

  private host(options: ts.CompilerOptions): Host {
    const read = (path: string): string | undefined => this.cellText(path) ?? this.virtual.get(path);
    const isThere = (path: string): boolean => read(path) !== undefined || ts.sys.fileExists(path);
    return {
      getCompilationSettings: () => options,
      getCurrentDirectory: () => this.cwd,
      getDefaultLibFileName: () => LIB,
      getScriptFileNames: () => [
        ...this.fixedRoots,
        ...this.scope.roots(this.current.globalEffects).map((cell) => this.fileOf(cell)),
        this.currentName(),
      ],
      getScriptVersion: (path) => this.versionOf(path),
      getScriptSnapshot: (path) => this.snapshotOf(path),
      fileExists: isThere,
      readFile: (path) => read(path) ?? ts.sys.readFile(path),
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      readDirectory: ts.sys.readDirectory,
      realpath: (path) => (read(path) === undefined ? (ts.sys.realpath?.(path) ?? path) : path),
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      hasInvalidatedResolutions: (path) => this.current.hasImports && !isLibrary(path),
      getModuleResolutionCache: () => this.cache,
      resolveModuleNameLiterals: (literals, from, redirected, settings) =>
        literals.map(({ text }) => this.resolve(text, from, settings, redirected)),
    };
  }

  private resolve(
    specifier: string,
    from: string,
    options: ts.CompilerOptions,
    redirected: ts.ResolvedProjectReference | undefined,
  ): ts.ResolvedModuleWithFailedLookupLocations {
    if (specifier.startsWith(`./${CELL_PREFIX}`)) {
      const resolvedFileName = this.fileOf(Number(specifier.slice(CELL_PREFIX.length + 2)));
      const extension = resolvedFileName.endsWith("x") ? ts.Extension.Tsx : ts.Extension.Ts;
      return { resolvedModule: { resolvedFileName, extension, isExternalLibraryImport: false } };
    }
    // Node's own modules are declared in `@types/node`; no folder is searched for them.
    if (isBuiltin(specifier)) return { resolvedModule: undefined };
    return ts.resolveModuleName(specifier, from, options, ts.sys, this.cache, redirected);
  }

  private newCache(): ts.ModuleResolutionCache {
    const name = (path: string): string => (ts.sys.useCaseSensitiveFileNames ? path : path.toLowerCase());
    return ts.createModuleResolutionCache(this.cwd, name, this.project.options);
  }

  private fileOf(cell: number): string {
    return posix.join(this.cwd, `${CELL_PREFIX}${cell}${this.scope.module(cell)?.isJsx ? ".tsx" : ".ts"}`);
  }

  private cellText(path: string): string | undefined {
    if (!path.includes(CELL_PREFIX)) return undefined;
    if (path === this.currentName()) return this.current.text;
    const cell = Number(/(\d+)\.tsx?$/.exec(path)?.[1]);
    return path === this.fileOf(cell) ? this.scope.module(cell)?.text : undefined;
  }

  /** Libraries are taken as they were first read; project files as they are on disk now. */
  private versionOf(path: string): string {
    if (path.includes(CELL_PREFIX)) return path === this.currentName() ? String(this.version) : "committed";
    if (this.virtual.has(path)) return this.joined.get(path) ?? "joined";
    if (isLibrary(path)) return "library";
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat ? `${stat.mtimeMs} ${stat.size}` : "missing";
  }

  private snapshotOf(path: string): ts.IScriptSnapshot | undefined {
    const cell = this.cellText(path);
    if (cell !== undefined) return ts.ScriptSnapshot.fromString(cell);
    const version = this.versionOf(path);
    const known = this.snapshots.get(path);
    if (known?.version === version) return known.snapshot;
    const text = this.virtual.get(path) ?? ts.sys.readFile(path);
    if (text === undefined) return undefined;
    const snapshot = ts.ScriptSnapshot.fromString(text);
    this.snapshots.set(path, { version, snapshot });
    return snapshot;
  }
}

function isLibrary(path: string): boolean {
  return path.includes("/node_modules/") || path.startsWith(LIB_FOLDER);
}

/** @param libs the project's, file names in TypeScript's `lib` */
function groups(libs: readonly string[], node: NodeTypes | undefined): TypeGroup[] {
  const wanted = node === undefined ? [...libs, "lib.dom.d.ts"] : libs;
  const base = includesLibrary(LIB_FOLDER, libs, BASE) ? [BASE] : wanted;
  const inFolder = (names: readonly string[]): string[] => names.map((name) => join(LIB_FOLDER, name));
  const more = [kernelGlobals, HELPERS, node === undefined ? WITHOUT_NODE : ""].join("\n");
  return [
    { version: `${base}`, paths: inFolder(base) },
    { version: `${base} node ${node?.version}`, paths: node === undefined ? [] : [node.path] },
    { version: `${wanted} node ${node?.version}`, paths: inFolder(wanted), more },
  ];
}

/** A declaration file, and the version of its package. */
interface NodeTypes {
  path: string;
  version: string | undefined;
}

/**
 * The project's `@types/node`, or the one beside sulam. Where both are the same version, sulam's: a start-up snapshot
 * has it parsed already.
 */
function findNodeTypes(cwd: string): NodeTypes | undefined {
  const options = { moduleResolution: ts.ModuleResolutionKind.Bundler };
  const [theirs, ours] = [cwd, PACKAGE_FOLDER].map((from) => {
    const found = ts.resolveTypeReferenceDirective("node", join(from, "cell.ts"), options, ts.sys);
    const { resolvedFileName: path, packageId } = found.resolvedTypeReferenceDirective ?? {};
    return path !== undefined && existsSync(path) ? { path, version: packageId?.version } : undefined;
  });
  return theirs === undefined || theirs.version === ours?.version ? ours : theirs;
}
