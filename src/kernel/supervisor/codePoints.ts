/**
 * The UTF-16 offset of a position that counts code points, as the protocol's `cursor_pos` does; the text's end when the
 * position lies behind it.
 */
export function offsetOf(text: string, codePoints: number): number {
  let offset = 0;
  for (let left = codePoints; left > 0 && offset < text.length; left--)
    offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
  return offset;
}

/** How many code points stand before a UTF-16 offset. */
export function codePointsBefore(text: string, offset: number): number {
  let count = 0;
  for (let at = 0; at < offset && at < text.length; count++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return count;
}
