import { byteLevel } from "./byteLevel.ts";
import type { Fields } from "./fields.ts";
import { prependScheme } from "./prependScheme.ts";
import { textPattern } from "./textPattern.ts";

/** One step of decoding: tokens in, pieces of text out. */
export type DecodeStep = (tokens: string[]) => string[];

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

const makers: Record<string, (part: Fields) => DecodeStep> = {
  BPEDecoder: (part) => {
    const suffix = part.string("suffix", "</w>");
    return (tokens) => tokens.map((token, i) => token.replaceAll(suffix, () => (i === tokens.length - 1 ? "" : " ")));
  },
  ByteFallback: () => byteFallback,
  ByteLevel: () => (tokens) => [utf8.decode(Uint8Array.from(tokens.flatMap(bytesOf)))],
  Fuse: () => (tokens) => [tokens.join("")],
  Metaspace: (part) => {
    const mark = part.char("replacement");
    const prefixed = prependScheme(part) !== "never";
    return (tokens) =>
      tokens.map((token, i) => (i === 0 && prefixed ? token.replaceAll(mark, "") : token.replaceAll(mark, " ")));
  },
  Replace: (part) => {
    const pattern = textPattern(part);
    const content = part.string("content");
    return (tokens) => tokens.map((token) => token.replace(pattern, () => content));
  },
  Sequence: (part) => {
    const steps = part.children("decoders").map(makeDecoder);
    return (tokens) => steps.reduce((result, step) => step(result), tokens);
  },
  Strip: (part) => {
    const content = part.char("content");
    const start = part.count("start");
    const stop = part.count("stop");
    return (tokens) => tokens.map((token) => strip(token, content, start, stop));
  },
  WordPiece: (part) => {
    const prefix = part.string("prefix", "##");
    const cleanup = part.boolean("cleanup", true);
    return (tokens) =>
      tokens.map((token, i) => {
        const glued = i === 0 ? token : token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
        return cleanup ? cleanUp(glued) : glued;
      });
  },
};

/**
 * The function of a `decoder` part; the text is what it returns, joined.
 *
 * @throws {InputError} when its type is unknown or a field is wrong
 */
export function makeDecoder(part: Fields): DecodeStep {
  const make = Object.hasOwn(makers, part.type) ? makers[part.type] : undefined;
  if (make === undefined) throw part.unknownType(Object.keys(makers));
  return make(part);
}

/** Runs of `<0x..>` tokens as the UTF-8 that they spell; one U+FFFD for each byte of a run that is not UTF-8. */
function byteFallback(tokens: string[]): string[] {
  const out: string[] = [];
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length === 0) return;
    try {
      out.push(strictUtf8.decode(Uint8Array.from(bytes)));
    } catch {
      for (const _ of bytes) out.push("\ufffd");
    }
    bytes = [];
  };
  for (const token of tokens) {
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token);
    if (byte) bytes.push(Number.parseInt(byte[1], 16));
    else {
      flush();
      out.push(token);
    }
  }
  flush();
  return out;
}

/** The bytes that a byte-level token spells; a token with another character stands for its own UTF-8. */
function bytesOf(token: string): number[] {
  const bytes = Array.from(token, (char) => byteLevel.byteOf.get(char));
  return bytes.includes(undefined) ? [...encoder.encode(token)] : (bytes as number[]);
}

function strip(token: string, content: string, start: number, stop: number): string {
  const chars = [...token];
  let from = 0;
  while (from < start && from < chars.length && chars[from] === content) from++;
  let to = chars.length;
  while (chars.length - to < stop && to > from && chars[to - 1] === content) to--;
  return chars.slice(from, to).join("");
}

/** English punctuation without the space that the pieces put before it, step by step as Hugging Face does. */
function cleanUp(text: string): string {
  return text
    .replaceAll(" .", ".")
    .replaceAll(" ?", "?")
    .replaceAll(" !", "!")
    .replaceAll(" ,", ",")
    .replaceAll(" ' ", "'")
    .replaceAll(" n't", "n't")
    .replaceAll(" 'm", "'m")
    .replaceAll(" do not", " don't")
    .replaceAll(" 's", "'s")
    .replaceAll(" 've", "'ve")
    .replaceAll(" 're", "'re");
}
