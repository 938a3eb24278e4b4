/**
 * A 32-bit hash of a text: MurmurHash3's mixing (A. Appleby, public domain, x86_32) over UTF-16 code units, two a block.
 * Fast and well spread, not cryptographic: whoever uses it must compare the texts themselves when two hashes agree.
 *
 * @param seed another seed is another function
 * @returns an unsigned 32-bit integer
 */
export function hashText(text: string, seed = 0): number {
  let hash = seed | 0;
  const even = text.length & ~1;
  for (let i = 0; i < even; i += 2) {
    let block = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16);
    block = Math.imul(block, 0xcc9e2d51);
    block = Math.imul((block << 15) | (block >>> 17), 0x1b873593);
    hash ^= block;
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  if (text.length !== even) {
    let block = Math.imul(text.charCodeAt(even), 0xcc9e2d51);
    block = Math.imul((block << 15) | (block >>> 17), 0x1b873593);
    hash ^= block;
  }
  return finish(hash ^ (text.length * 2));
}

/** One hash out of two, in this order. */
export function joinHashes(a: number, b: number): number {
  return finish(Math.imul(a ^ (a >>> 15), 0x2c1b3c6d) ^ (b + 0x9e3779b9));
}

function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
