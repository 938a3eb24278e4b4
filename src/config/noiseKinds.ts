/**
 * The kinds of noise, each of which can be left out.
 *
 * - `shortform`: what chat makes of formal words (`yang` -> `yg`)
 * - `manglish`: an English word in a Malay sentence (`harga` -> `price`)
 * - `particle`: a particle at the end of a sentence (`lah`)
 * - `dialect`: words and endings of one dialect a text (`makan` -> `make` in Kelantan)
 * - `reduplication`: the digit that stood for a repeated word until the spelling of 1972 (`buku-buku` -> `buku2`)
 * - `typing`: one slip of a finger in a word
 */
export const noiseKinds = ["shortform", "manglish", "particle", "dialect", "reduplication", "typing"] as const;

/** One of them. */
export type NoiseKind = (typeof noiseKinds)[number];
