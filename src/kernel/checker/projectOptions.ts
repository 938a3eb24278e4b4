import { dirname } from "node:path";
import ts from "typescript";

/** How the cells of one folder are checked and translated. */
export interface ProjectOptions {
  options: ts.CompilerOptions;
  /** File names in TypeScript's `lib` folder. */
  libs: string[];
  /** The project's own ambient declaration files, as far as its tsconfig names them. */
  roots: string[];
}

const DEFAULTS: ts.CompilerOptions = { strict: true, skipLibCheck: true };

/** What a notebook needs, whatever the project says: cells are modules that nothing is emitted from. */
const FORCED: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  esModuleInterop: true,
  noEmit: true,
  skipLibCheck: true,
  // A cell's last expression and its names are there for the reader and for later cells.
  noUnusedLocals: false,
  noUnusedParameters: false,
  // These ask for a style that serves other compilers; the kernel translates cells itself.
  isolatedModules: false,
  isolatedDeclarations: false,
  verbatimModuleSyntax: false,
  erasableSyntaxOnly: false,
  composite: false,
  incremental: false,
  declaration: false,
  noEmitOnError: false,
};

/** Options that mean nothing without a build, or contradict FORCED. */
const DROPPED = ["outFile", "outDir", "rootDir", "tsBuildInfoFile", "rewriteRelativeImportExtensions", "noLib", "lib"];

/** Reads the tsconfig.json nearest to `cwd`; without one, cells are checked strictly against ESNext. */
export function projectOptions(cwd: string): ProjectOptions {
  const path = ts.findConfigFile(cwd, ts.sys.fileExists);
  const config: Record<string, unknown> | undefined =
    path === undefined ? undefined : ts.readConfigFile(path, ts.sys.readFile).config;
  const parsed = config && parseConfig(config, path!);
  const given = parsed?.options ?? DEFAULTS;
  const options: ts.CompilerOptions = { ...given, ...FORCED, types: given.types ?? [] };
  for (const name of DROPPED) delete options[name];
  // A cell with JSX is checked although the project says nothing of it.
  options.jsx = given.jsx === undefined || given.jsx === ts.JsxEmit.Preserve ? ts.JsxEmit.ReactJSX : given.jsx;
  return {
    options,
    libs: given.lib && given.lib.length > 0 ? given.lib : ["lib.esnext.d.ts"],
    roots: parsed?.fileNames.filter((name: string) => name.endsWith(".d.ts")) ?? [],
  };
}

/** Walks no folders: only `files`, and `include` patterns that themselves end in `.d.ts`, can name declarations. */
function parseConfig(config: Record<string, unknown>, path: string): ts.ParsedCommandLine {
  const include = Array.isArray(config.include) ? config.include.map(String) : [];
  const ambient = include.filter((pattern) => pattern.endsWith(".d.ts"));
  const host: ts.ParseConfigHost = {
    ...ts.sys,
    readDirectory: (root, extensions, exclude, _, depth) =>
      ambient.length > 0 ? ts.sys.readDirectory(root, extensions, exclude, ambient, depth) : [],
  };
  return ts.parseJsonConfigFileContent(config, host, dirname(path), undefined, path);
}
