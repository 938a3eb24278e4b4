import type { MimeBundle } from "../evaluatorMessages.ts";

const MAGICS: readonly (readonly [mime: string, magic: readonly number[]])[] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]], // "GIF8"
];

/** Bytes that begin like a PNG, JPEG or GIF file, as an image; undefined for everything else. */
export function imageBundle(value: object): MimeBundle | undefined {
  if (!(value instanceof Uint8Array)) return undefined;
  const found = MAGICS.find(([, magic]) => magic.every((byte, at) => value[at] === byte));
  if (!found) return undefined;
  return { [found[0]]: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64") };
}
