import { InputError } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";
import { Random } from "../base/random.ts";
import { type NoiseKind, noiseKinds } from "../config/noiseKinds.ts";
import type { NoiseTables } from "./loadNoiseTables.ts";
import { matchCase } from "./matchCase.ts";
import type { NoiseTable } from "./readNoiseTable.ts";
import { shortenReduplication } from "./shortenReduplication.ts";
import { type Piece, splitWords } from "./splitWords.ts";
import { typingError } from "./typingError.ts";

/** How a text is noised. */
export interface NoiseOptions {
  /** The share of words that are changed among those that can be, 0 to 1; likewise of sentences, for particles. */
  strength: number;
  /** A whole number. The same seed gives the same text. */
  seed: number;
  /** Default: all. */
  kinds?: readonly NoiseKind[];
  /** One of the tables' dialects. Default: one drawn for each text. */
  dialect?: string;
}

const LONGEST_PHRASE = 3;
const latin = /[a-z]$/i;
/** Two open or closed syllables of Malay letters: what an ending of a dialect may change. */
const malayWord = /^(?:(?:ng|ny|sy|kh|[bcdfghjklmnprstwyz])?[aeiou](?:ng|[hklmnprst])?){2,}$/;

/**
 * A text as people type it in chat: short forms, English words, particles, a dialect, the digit 2 for reduplication,
 * slips of the finger. Meant for Malay; text in another script comes back as it was, and so do addresses, numbers and
 * names after @ or #. Deterministic and offline.
 *
 * A word keeps its draws at every strength: what is changed at one strength is changed at every greater one.
 *
 * @throws {InputError} a strength outside 0 .. 1, a seed that is no whole number, an unknown kind or dialect
 */
export function addNoise(text: string, tables: NoiseTables, options: NoiseOptions): string {
  const { strength, seed, kinds = noiseKinds } = options;
  checkOptions(tables, options);
  const random = new Random(Number.parseInt(sha256(`${seed}\n${text}`).slice(0, 8), 16));
  const names = Object.keys(tables.dialects);
  const drawn = names[random.int(names.length)];
  const pieces = splitWords(text);
  const words = pieces.filter(({ kind }) => kind === "word").map((piece) => piece.text.toLowerCase());
  const isMalay = words.some((word) => tables.shortform.words.has(word));
  const dialect = tables.dialects[options.dialect ?? drawn];
  const setting: Setting = { pieces, tables, kinds: new Set(kinds), dialect, isMalay };
  let noised = "";
  for (let at = 0; at < pieces.length; ) {
    const draws: Draws = [random.uniform(), random.uniform(), random.uniform(), random.uniform()];
    const found = draws[0] < strength ? change(setting, at, draws) : undefined;
    noised += found?.text ?? pieces[at].text;
    const next = at + (found?.pieces ?? 1);
    // each piece has its own draws, also one that a phrase took along
    for (let i = at + 1; i < next; i++) for (let j = 0; j < 4; j++) random.uniform();
    at = next;
  }
  return noised;
}

/** Whether, which kind, which variant or letter, which slip: each in [0, 1). */
type Draws = [number, number, number, number];

interface Setting {
  pieces: readonly Piece[];
  tables: NoiseTables;
  kinds: ReadonlySet<string>;
  dialect: NoiseTable;
  /** Endings are only those of Malay words. */
  isMalay: boolean;
}

/** What stands in place of some pieces. */
interface Change {
  text: string;
  pieces: number;
}

function change(setting: Setting, at: number, draws: Draws): Change | undefined {
  const { pieces, tables, kinds, dialect } = setting;
  const { text, kind } = pieces[at];
  const isLast = at === pieces.length - 1;
  if (kind !== "word") return kind === "gap" ? endSentence(setting, at, draws) : undefined;
  const changes: (Change | undefined)[] = [
    kinds.has("shortform") ? byTable(setting, tables.shortform, at, draws[2]) : undefined,
    kinds.has("manglish") ? byTable(setting, tables.manglish, at, draws[2]) : undefined,
    kinds.has("dialect") ? byTable(setting, dialect, at, draws[2]) : undefined,
    kinds.has("reduplication") ? one(shortenReduplication(text)) : undefined,
    kinds.has("typing") ? one(typingError(text, [draws[2], draws[3]], tables.keyboard)) : undefined,
    // a text that ends without a full stop ends a sentence all the same
    kinds.has("particle") && isLast && latin.test(text)
      ? one(`${text} ${pick(tables.particle.words.get(".")!, draws[2])}`)
      : undefined,
  ];
  const fitting = changes.filter((found) => found !== undefined);
  return fitting[Math.floor(draws[1] * fitting.length)];
}

function one(text: string | undefined): Change | undefined {
  return text === undefined ? undefined : { text, pieces: 1 };
}

/** The longest phrase of a table that begins at a piece, else the word's ending. */
function byTable({ pieces, isMalay }: Setting, table: NoiseTable, at: number, draw: number): Change | undefined {
  for (let words = LONGEST_PHRASE; words >= 1; words--) {
    const count = 2 * words - 1;
    const phrase = pieces.slice(at, at + count).map(({ text }) => text);
    const written = phrase.join("");
    const variants = phrase.length < count ? undefined : (table.words.get(written) ?? table.words.get(lower(written)));
    if (variants !== undefined) return { text: matchCase(pick(variants, draw), pieces[at].text), pieces: count };
  }
  const { text } = pieces[at];
  if (!isMalay || !malayWord.test(text)) return undefined;
  // a whole syllable must be left before the ending
  for (const { ending, variants } of table.endings)
    if (text.endsWith(ending) && text.length >= ending.length + 2)
      return one(text.slice(0, -ending.length) + pick(variants, draw));
  return undefined;
}

/** A particle before the sign that ends a sentence. */
function endSentence({ pieces, tables, kinds }: Setting, at: number, draws: Draws): Change | undefined {
  const [, sign] = /^([.!?])(?:\s|$)/.exec(pieces[at].text) ?? [];
  if (!kinds.has("particle") || sign === undefined) return undefined;
  if (!latin.test(pieces[at - 1]?.text ?? "")) return undefined;
  const particles = tables.particle.words.get(sign === "?" ? "?" : ".")!;
  return one(` ${pick(particles, draws[2])}${pieces[at].text}`);
}

function pick(variants: readonly string[], draw: number): string {
  return variants[Math.floor(draw * variants.length)];
}

function lower(text: string): string {
  return text.toLowerCase();
}

function checkOptions({ dialects }: NoiseTables, { strength, seed, kinds = noiseKinds, dialect }: NoiseOptions): void {
  const refuse = (wanted: string, got: unknown, todo: string): never => {
    throw new InputError("addNoise", `${wanted}, got ${got}`, todo);
  };
  if (!(strength >= 0 && strength <= 1)) refuse("the strength must be in 0 .. 1", strength, "Give a share of words.");
  if (!Number.isSafeInteger(seed)) refuse("the seed must be a whole number", seed, "Give one, e.g. 0.");
  for (const kind of kinds)
    if (!noiseKinds.includes(kind)) refuse(`a kind must be one of ${noiseKinds.join(", ")}`, kind, "Name one of them.");
  if (dialect !== undefined && dialects[dialect] === undefined)
    refuse(`the dialect must be one of ${Object.keys(dialects).join(", ")}`, dialect, "Name one, or none.");
}
