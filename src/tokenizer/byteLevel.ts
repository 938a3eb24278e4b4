/**
 * The byte-level alphabet of GPT-2: each byte as one printable character. Bytes that are printable in Latin-1 stand
 * for themselves, the others are counted up from U+0100.
 *
 * @see Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.2
 */
export const byteLevel: { charOf: readonly string[]; byteOf: ReadonlyMap<string, number> } = makeByteLevel();

function makeByteLevel(): typeof byteLevel {
  const charOf: string[] = [];
  let next = 256;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    charOf.push(String.fromCharCode(printable ? byte : next++));
  }
  return { charOf, byteOf: new Map(charOf.map((char, byte) => [char, byte])) };
}
