import { findSourceMap, SourceMap } from "node:module";
import { fileURLToPath } from "node:url";

const HERE = new URL(".", import.meta.url).href;
const FRAMES = new URL("../frames.", import.meta.url).href;
// What Node, the loader of TypeScript and this room do is no news to the reader of a stack.
const INTERNAL = /^node:|\/node_modules\/(tsx|esbuild)\//;

const LOADER = /\/node_modules\/tsx\//;

/** A position in a source as a reader counts: line and column from 1. */
export interface SourcePlace {
  file: string;
  line: number;
  column: number;
}

/** Cells whose maps are kept: more than a notebook has, so that a kernel that runs for weeks does not fill up. */
const MOST_CELLS = 10_000;

interface CellSource {
  /** Undefined where the cell's text is what runs, one line lower. */
  map: SourceMap | undefined;
  lines: string[];
}

/**
 * Writes stacks in terms of the sources: cells through the maps that came with them, project files through the maps
 * that Node keeps. Frames of Node and of the kernel are left out.
 */
export class StackTraces {
  // As text: a map is decoded when an error asks for it.
  private readonly cells = new Map<string, { map: string; js: string }>();
  // From the text of a stack nothing could be told apart any more, so the first place of each error is kept.
  private readonly places = new WeakMap<object, SourcePlace>();

  /** Takes over `Error.prepareStackTrace`, so that `error.stack` and `console.log(error)` show sources too. */
  install(): void {
    Error.stackTraceLimit = 50;
    Error.prepareStackTrace = (error, frames) => this.format(error, frames);
  }

  /**
   * Makes a cell known before it runs.
   *
   * @param map source map, version 3, JSON; "" for a cell whose text is the JavaScript itself, one line lower
   */
  add(fileName: string, { map, js }: { map: string; js: string }): void {
    this.cells.delete(fileName);
    this.cells.set(fileName, { map, js: map === "" ? js : "" });
    if (this.cells.size <= MOST_CELLS) return;
    const [oldest] = this.cells.keys();
    this.cells.delete(oldest!);
  }

  /** Whether a script of this name is a cell. */
  isCell(fileName: string): boolean {
    return this.cells.has(fileName);
  }

  /** The innermost frame that lies in a cell, with the text of its line; undefined when no cell is involved. */
  placeOf(error: object): { place: SourcePlace; text: string } | undefined {
    // Reading the stack makes V8 format it.
    void (error as { stack?: unknown }).stack;
    const place = this.places.get(error);
    const text = place && this.cellOf(place.file)?.lines[place.line - 1];
    return place && text ? { place, text } : undefined;
  }

  private cellOf(fileName: string): CellSource | undefined {
    const known = this.cells.get(fileName);
    if (known === undefined) return undefined;
    if (known.map === "") return { map: undefined, lines: known.js.split(/\r?\n/).slice(1) };
    const payload = JSON.parse(known.map) as ConstructorParameters<typeof SourceMap>[0];
    return { map: new SourceMap(payload), lines: (payload.sourcesContent?.[0] ?? "").split(/\r?\n/) };
  }

  private format(error: Error, frames: NodeJS.CallSite[]): string {
    const lines: string[] = [];
    for (const frame of frames) {
      const place = this.locate(frame);
      if (place === undefined) continue;
      if (!this.places.has(error) && this.cells.has(place.file)) this.places.set(error, place);
      lines.push(`    at ${describe(frame, place)}`);
    }
    // tsx reads its own stack to learn who asks for a file: without it, names of CommonJS packages would be lost.
    if (lines.length === 0 && frames.some((frame) => LOADER.test(frame.getFileName() ?? "")))
      lines.push(...frames.map((frame) => `    at ${frame}`));
    return [headOf(error), ...lines].join("\n");
  }

  private locate(frame: NodeJS.CallSite): SourcePlace | undefined {
    const script = frame.getScriptNameOrSourceURL?.() || frame.getFileName();
    const line = frame.getLineNumber();
    const column = frame.getColumnNumber();
    if (!script || line === null || column === null) return undefined;
    if (script.startsWith(HERE) || script.startsWith(FRAMES) || INTERNAL.test(script)) return undefined;
    const cell = this.cellOf(script);
    if (cell && !cell.map) return { file: script, line: line - 1, column };
    const map = cell?.map ?? mapOf(script);
    const entry = map?.findEntry(line - 1, column - 1);
    const file = cell ? script : pathOf(script);
    if (!entry || !("originalLine" in entry)) return { file, line, column };
    return { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  }
}

function mapOf(script: string): SourceMap | undefined {
  // Node keeps maps by URL for modules and by path for CommonJS.
  return findSourceMap(script) ?? undefined;
}

/** The file without the query that tells versions of a reloaded module apart. */
function pathOf(script: string): string {
  if (!script.startsWith("file:")) return script;
  const url = new URL(script);
  return fileURLToPath(new URL(url.pathname, "file://"));
}

function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

function describe(frame: NodeJS.CallSite, { file, line, column }: SourcePlace): string {
  const at = `${file}:${line}:${column}`;
  const name = frame.getFunctionName();
  // The cell's own top level has no name, or V8's name for an async wrapper.
  if (!name) return at;
  const type = frame.isConstructor() ? "new " : frame.isAsync() ? "async " : "";
  const owner = !frame.isToplevel() && !frame.isConstructor() ? frame.getTypeName() : null;
  const method = owner && owner !== "Object" && !name.startsWith(`${owner}.`) ? `${owner}.${name}` : name;
  return `${type}${method} (${at})`;
}
