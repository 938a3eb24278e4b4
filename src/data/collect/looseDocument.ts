import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { articleText } from "./articleText.ts";
import { type LooseRow, rejected } from "./looseRow.ts";

/** A larger document is set aside: it is a dump of many, or no text. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * The one row of a document: `{passage}` of a text file, `{title, passage}` of an HTML page without its menus. An HTML
 * page may name its encoding in a meta element; anything else must be UTF-8.
 */
export async function* looseDocument(path: string, kind: "text" | "html"): AsyncGenerator<LooseRow> {
  const { size } = await stat(path);
  if (size > MOST_BYTES) {
    yield rejected(1, `the document has ${size} bytes, more than ${MOST_BYTES}`, "");
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path)) chunks.push(chunk as Buffer);
  let bytes: Uint8Array = Buffer.concat(chunks);
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
    const text = decoded(bytes, kind);
    if (kind === "text") yield { line: 1, values: { passage: text.trim() } };
    else {
      const { title, text: passage } = articleText(text);
      yield { line: 1, values: { title, passage } };
    }
  } catch (error) {
    yield rejected(
      1,
      `the document cannot be read (${(error as Error).message})`,
      Buffer.from(bytes).toString("latin1"),
    );
  }
}

function decoded(bytes: Uint8Array, kind: "text" | "html"): string {
  const start = Buffer.from(bytes.subarray(0, 2048)).toString("latin1");
  const named = kind === "html" ? /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]+)/i.exec(start)?.[1] : undefined;
  return new TextDecoder(named ?? "utf-8", { fatal: true }).decode(bytes);
}
