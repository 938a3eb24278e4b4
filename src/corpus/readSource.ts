import { readdir, readFile, stat } from "node:fs/promises";
import { basename, extname, join, relative, sep } from "node:path";
import { InputError } from "../base/errors.ts";
import { readJsonl } from "../base/jsonl.ts";
import { type ChunkSettings, chunkText } from "../data/chunkText.ts";
import type { IndexedFile, Passage } from "./textIndex.ts";

/** A file that may be indexed. */
export interface SourceFile {
  /** For people and for the index: below the source, with `/`. */
  path: string;
  absolute: string;
  size: number;
  mtimeMs: number;
}

/** The files below a source, and how many were left aside, by the end of their names. */
export interface SourceFiles {
  files: SourceFile[];
  skipped: Record<string, number>;
}

const TEXT = new Set([".txt", ".md", ".text"]);
const ROWS = /\.jsonl(\.gz)?$/;

/**
 * Text files (`.txt`, `.md`) and rows (`.jsonl`, `.jsonl.gz`) below a folder, in order of their paths; hidden ones and
 * `node_modules` are passed over. Or the one file that is named.
 *
 * @throws {InputError} no such file or folder
 */
export async function listSource(source: string): Promise<SourceFiles> {
  const about = await stat(source).catch((cause) => {
    throw new InputError(source, "no such file or folder", "Check the path.", { cause });
  });
  if (!about.isDirectory()) {
    const { size, mtimeMs } = about;
    return { files: [{ path: basename(source), absolute: source, size, mtimeMs }], skipped: {} };
  }
  const found: SourceFiles = { files: [], skipped: {} };
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const absolute = join(folder, entry.name);
      if (entry.isDirectory()) await walk(absolute);
      else if (entry.isFile()) {
        if (TEXT.has(extname(entry.name).toLowerCase()) || ROWS.test(entry.name)) {
          const { size, mtimeMs } = await stat(absolute);
          found.files.push({ path: relative(source, absolute).split(sep).join("/"), absolute, size, mtimeMs });
        } else {
          const kind = extname(entry.name) || "no ending";
          found.skipped[kind] = (found.skipped[kind] ?? 0) + 1;
        }
      }
    }
  };
  await walk(source);
  return found;
}

/**
 * Reads a file and cuts it into passages. The field `text` of each row of JSONL is one text, cut as the others.
 *
 * @throws {InputError} bytes that are not UTF-8, a row without a text
 */
export async function readSource(
  file: SourceFile,
  chunks: ChunkSettings,
): Promise<{ record: IndexedFile; passages: Passage[] }> {
  const { path, absolute, size, mtimeMs } = file;
  const passages: Passage[] = [];
  if (ROWS.test(path)) {
    for await (const { line, value } of readJsonl(absolute)) {
      const text = (value as { text?: unknown } | null)?.text;
      if (typeof text !== "string")
        throw new InputError(
          `${absolute}:${line}`,
          `field \`text\` must be a text, got ${JSON.stringify(text) ?? "nothing"}`,
          'Write rows as {"text": "..."}.',
        );
      for (const chunk of chunkText(text, chunks)) passages.push({ file: path, line, endLine: line, text: chunk.text });
    }
  } else {
    const whole = decode(absolute, await readFile(absolute));
    for (const { text, line, endLine } of chunkText(whole, chunks)) passages.push({ file: path, line, endLine, text });
  }
  const record = { path, size, mtimeMs, passages: passages.length };
  return { record, passages };
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InputError(path, "is not UTF-8", "Convert the file to UTF-8, or move it out of the folder.", { cause });
  }
}
