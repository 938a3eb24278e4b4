import { joinHashes } from "./hashText.ts";

/** Bands of a MinHash signature: two texts that agree in one of them are compared in full. */
export const BANDS = 6;
/** Minima of a band, all of which must agree. */
export const BAND_ROWS = 4;

const SEEDS = Uint32Array.from({ length: BANDS * BAND_ROWS }, (_, i) => joinHashes(i + 1, 0x5bd1e995));

/**
 * The keys by which likely near-duplicates meet: a MinHash signature of 24 minima, cut in 6 bands of 4. Two texts of
 * Jaccard similarity J share a key with probability 1 - (1 - J^4)^6: .32 at J .5, .96 at .8, .998 at .9, 1 at 1.
 *
 * @param shingles the hashes of a text's shingles, at least one
 * @returns [6] unsigned 32-bit keys
 * @see Broder 1997, doi:10.1109/SEQUEN.1997.666900; Indyk & Motwani 1998, doi:10.1145/276698.276876
 */
export function bandKeys(shingles: Uint32Array): Uint32Array {
  const minima = new Uint32Array(SEEDS.length).fill(0xffffffff);
  for (const shingle of shingles)
    for (let i = 0; i < SEEDS.length; i++) {
      let h = shingle ^ SEEDS[i];
      h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
      h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
      h = (h ^ (h >>> 16)) >>> 0;
      if (h < minima[i]) minima[i] = h;
    }
  const keys = new Uint32Array(BANDS);
  for (let band = 0; band < BANDS; band++) {
    let key = band;
    for (let i = 0; i < BAND_ROWS; i++) key = joinHashes(key, minima[band * BAND_ROWS + i]);
    keys[band] = key;
  }
  return keys;
}
