import { byteLevel } from "./byteLevel.ts";
import { escapeRegex } from "./escapeRegex.ts";
import type { Fields } from "./fields.ts";
import { olderUnicode } from "./olderUnicode.ts";
import { prependScheme } from "./prependScheme.ts";
import { textPattern } from "./textPattern.ts";

/** A stretch of text on its way to the model. */
export interface Piece {
  text: string;
  /** It stands at the very start of the input. */
  first: boolean;
}

/** One pre-tokenizing step. */
export interface SplitStep {
  /** Each piece becomes some pieces; empty ones are dropped. */
  run: (piece: Piece) => Piece[];
  /** Where the step does nothing but cut around each match of a pattern, the pattern, global. */
  isolates?: RegExp;
}

/** What a pattern's matches become: as Hugging Face calls them. */
export type SplitBehavior = "Removed" | "Isolated" | "MergedWithPrevious" | "MergedWithNext" | "Contiguous";

const BEHAVIORS: readonly SplitBehavior[] = [
  "Removed",
  "Isolated",
  "MergedWithPrevious",
  "MergedWithNext",
  "Contiguous",
];
const PUNCTUATION = new RegExp(
  `[!-/:-@[-\`{-~${olderUnicode.formerPunctuation}]|(?![${olderUnicode.punctuation}])\\p{P}`,
  "gu",
);
const GPT2 =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
const encoder = new TextEncoder();

const makers: Record<string, (part: Fields) => SplitStep[]> = {
  BertPreTokenizer: () => [splitter(/\p{White_Space}/gu, "Removed"), splitter(PUNCTUATION, "Isolated")],
  ByteLevel: (part) => {
    const steps: SplitStep[] = [];
    if (part.boolean("add_prefix_space", true))
      steps.push({
        run: (piece) => [piece.text.startsWith(" ") ? piece : { ...piece, text: ` ${piece.text}` }],
      });
    if (part.boolean("use_regex", true)) steps.push(splitter(GPT2, "Isolated"));
    return [...steps, byteLevelStep];
  },
  CharDelimiterSplit: (part) => [splitter(new RegExp(escapeRegex(part.char("delimiter")), "gu"), "Removed")],
  Digits: (part) => [splitter(/\p{N}/gu, part.boolean("individual_digits", false) ? "Isolated" : "Contiguous")],
  Metaspace: metaspace,
  Punctuation: (part) => [splitter(PUNCTUATION, behavior(part, "Isolated"))],
  Sequence: (part) => part.children("pretokenizers").flatMap(splitSteps),
  Split: (part) => [splitter(textPattern(part), behavior(part), part.boolean("invert", false))],
  Whitespace: () => [
    splitter(
      /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu,
      "Removed",
      true,
    ),
  ],
  WhitespaceSplit: () => [splitter(/\p{White_Space}/gu, "Removed")],
};

/** Spells each byte of the piece in the byte-level alphabet. */
export const byteLevelStep: SplitStep = {
  run: (piece) => [
    { ...piece, text: Array.from(encoder.encode(piece.text), (byte) => byteLevel.charOf[byte]).join("") },
  ],
};

/**
 * The steps of a `pre_tokenizer` part, in order.
 *
 * @throws {InputError} when its type is unknown or a field is wrong
 */
export function splitSteps(part: Fields): SplitStep[] {
  const make = Object.hasOwn(makers, part.type) ? makers[part.type] : undefined;
  if (make === undefined) throw part.unknownType(Object.keys(makers));
  return make(part);
}

function behavior(part: Fields, fallback?: SplitBehavior): SplitBehavior {
  return part.oneOf("behavior", BEHAVIORS, fallback);
}

function metaspace(part: Fields): SplitStep[] {
  const mark = part.char("replacement");
  const scheme = prependScheme(part);
  const steps: SplitStep[] = [
    {
      run: (piece) => {
        const text = piece.text.replaceAll(" ", mark);
        const prepend = scheme === "always" || (scheme === "first" && piece.first);
        return [{ ...piece, text: prepend && !text.startsWith(mark) ? mark + text : text }];
      },
    },
  ];
  if (part.boolean("split", true)) steps.push(splitter(new RegExp(escapeRegex(mark), "gu"), "MergedWithNext"));
  return steps;
}

function splitter(pattern: RegExp, behavior: SplitBehavior, invert = false): SplitStep {
  const run = ({ text, first }: Piece): Piece[] => {
    const pieces: Piece[] = [];
    let from = 0;
    let wasMatch = false;
    const cut = (to: number): void => {
      if (to > from) pieces.push({ text: text.slice(from, to), first: first && from === 0 });
      from = to;
    };
    eachStretch(text, pattern, (start, end, matched) => {
      const isMatch = matched !== invert;
      if (cutsBetween(behavior, wasMatch, isMatch)) cut(start);
      if (behavior === "Removed" && isMatch) from = end;
      wasMatch = isMatch;
    });
    cut(text.length);
    return pieces;
  };
  return behavior === "Isolated" ? { run, isolates: pattern } : { run };
}

/** Does a piece end between two neighbouring stretches, matches or not? */
function cutsBetween(behavior: SplitBehavior, before: boolean, after: boolean): boolean {
  switch (behavior) {
    case "Removed":
    case "Isolated":
      return true;
    case "Contiguous":
      return before !== after;
    case "MergedWithPrevious":
      return before || !after;
    case "MergedWithNext":
      return after || !before;
  }
}

/** Walks over the matches of `pattern` and what lies between them. */
function eachStretch(
  text: string,
  pattern: RegExp,
  take: (start: number, end: number, matched: boolean) => void,
): void {
  let done = 0;
  for (const match of text.matchAll(pattern)) {
    const start = match.index;
    if (start > done) take(done, start, false);
    if (match[0].length > 0) take(start, start + match[0].length, true);
    done = start + match[0].length;
  }
  if (done < text.length) take(done, text.length, false);
}
