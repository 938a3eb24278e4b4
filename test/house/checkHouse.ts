import { isBuiltin } from "node:module";
import { dirname, join } from "node:path/posix";
import ts from "typescript";
import { readExports } from "./readExports.ts";
import { type ImportOf, readImports } from "./readImports.ts";
import { parse, placeOf, type SourceText, walk } from "./sourceFile.ts";

/** The rooms of each floor, lowest first. A room imports from lower floors and from itself. */
export const FLOORS: readonly (readonly string[])[] = [
  ["base"],
  ["config", "engine", "tokenizer", "data", "remote", "track", "kernel"],
  ["model", "loss", "search"],
  ["mine", "augment", "train", "eval", "corpus"],
  ["viz", "lab"],
  ["cli", "index.ts"],
];

/** The one room of each npm package. */
export const PACKAGE_ROOMS: Readonly<Record<string, string>> = {
  "better-sqlite3": "track",
  hono: "track",
  "@hono/node-server": "track",
  preact: "track",
  htm: "track",
  zeromq: "kernel",
  typescript: "kernel",
  tsx: "kernel",
  marked: "kernel",
  zod: "config",
  yaml: "config",
  arquero: "eval",
  "plotly.js-dist-min": "viz",
  "umap-js": "viz",
  commander: "cli",
  "@huggingface/hub": "remote",
  "csv-parse": "data",
  hyparquet: "data",
  "@uwdata/flechette": "data",
  "@mozilla/readability": "data",
  linkedom: "data",
};

const MOST_LINES = 400;
const MOST_PARAMETERS = 6;

/**
 * Reads the sources and says where they break the rules of the house.
 *
 * @param files        files below `src/`
 * @param dependencies the packages that package.json lists under `dependencies`
 * @returns one complaint a breach, each with its place; empty when the house is in order
 */
export function checkHouse(files: readonly SourceText[], dependencies: readonly string[]): string[] {
  return files.flatMap((file) => {
    const source = parse(file);
    const room = roomOf(file.path);
    const imports = readImports(source);
    return [
      ...(floorOf(room) < 0 ? [`${file.path}: ${room} is no room of the house`] : []),
      ...imports.flatMap((found) => checkImport(found, file.path, dependencies)),
      ...checkLength(file),
      ...checkExports(source),
      ...checkAny(source),
    ];
  });
}

/** A file may have at most 400 lines. */
export function checkLength({ path, text }: SourceText): string[] {
  const lines = text.trimEnd().split("\n").length;
  return lines > MOST_LINES ? [`${path}: ${lines} lines, at most ${MOST_LINES} are allowed`] : [];
}

function checkImport({ place, module }: ImportOf, path: string, dependencies: readonly string[]): string[] {
  if (isBuiltin(module)) return [];
  if (!module.startsWith(".")) return checkPackage(place, module, roomOf(path), dependencies);
  const from = roomOf(path);
  const to = roomOf(join(dirname(path), module));
  if (floorOf(to) < 0) return [`${place}: ${from} imports from ${to}, which is no room of the house`];
  if (to === from || floorOf(to) < floorOf(from)) return [];
  const direction = floorOf(to) === floorOf(from) ? "sideways" : "up";
  return [`${place}: ${from} imports ${direction} from ${to}`];
}

function checkPackage(place: string, module: string, room: string, dependencies: readonly string[]): string[] {
  const parts = module.split("/");
  const name = parts.slice(0, module.startsWith("@") ? 2 : 1).join("/");
  const home = PACKAGE_ROOMS[name];
  return [
    ...(home === room ? [] : [`${place}: ${name} is imported in ${room}, its room is ${home ?? "not yet chosen"}`]),
    ...(dependencies.includes(name) ? [] : [`${place}: ${name} is not a dependency in package.json`]),
  ];
}

function checkExports(source: ts.SourceFile): string[] {
  return readExports(source).flatMap(({ place, name, hasDocstring, parameters }) => [
    ...(hasDocstring ? [] : [`${place}: ${name} has no docstring`]),
    ...(parameters > MOST_PARAMETERS
      ? [`${place}: ${name} takes ${parameters} parameters, use an options object`]
      : []),
  ]);
}

function checkAny(source: ts.SourceFile): string[] {
  const found: string[] = [];
  walk(source, (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${placeOf(source, node)}: any`);
  });
  return found;
}

/** `src/track/page/a.ts` -> `track`; `src/index.ts` -> `index.ts`; outside `src/` -> the first folder. */
function roomOf(path: string): string {
  const parts = path.split("/");
  return (parts[0] === "src" ? parts[1] : parts[0]) ?? path;
}

function floorOf(room: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}
