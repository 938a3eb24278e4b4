import type { IdBuffer } from "./idBuffer.ts";
import type { Piece, SplitStep } from "./pieceSplitter.ts";
import type { SectionEncoder } from "./sectionEncoder.ts";
import type { WordCache } from "./wordCache.ts";

/** The general way: run the pre-tokenizing steps, then look each piece up. Exact for every tokenizer. */
export class PieceEncoder implements SectionEncoder {
  private readonly steps: readonly SplitStep[];
  private readonly words: WordCache;
  /** The pattern of a last step that isolates its matches: those pieces need not be made, only found. */
  private readonly last: { sticky: RegExp; global: RegExp } | undefined;

  constructor(steps: readonly SplitStep[], words: WordCache) {
    const pattern = steps.at(-1)?.isolates;
    this.steps = pattern ? steps.slice(0, -1) : steps;
    this.last = pattern && { sticky: new RegExp(pattern.source, "uy"), global: new RegExp(pattern.source, "gu") };
    this.words = words;
  }

  encode(text: string, first: boolean, out: IdBuffer, limit: number): void {
    let pieces: Piece[] = [{ text, first }];
    for (const step of this.steps) pieces = pieces.flatMap(step.run);
    for (const piece of pieces) {
      if (out.length > limit) return;
      if (this.last) this.encodeMatches(piece.text, this.last, out, limit);
      else this.words.encodeText(piece.text, 0, piece.text.length, out);
    }
  }

  private encodeMatches(
    text: string,
    { sticky, global }: { sticky: RegExp; global: RegExp },
    out: IdBuffer,
    limit: number,
  ): void {
    const { words } = this;
    const length = text.length;
    /** Where the present piece begins, and where to look for the next match. */
    let from = 0;
    let at = 0;
    while (at < length && out.length <= limit) {
      sticky.lastIndex = at;
      // A sticky test makes no match object, and the usual patterns match wherever the last match ended.
      if (sticky.test(text)) {
        const to = sticky.lastIndex;
        if (at > from) words.encodeText(text, from, at, out);
        words.encodeText(text, at, to, out);
        from = to;
        at = to > at ? to : at + ((text.codePointAt(at) as number) > 0xffff ? 2 : 1);
      } else {
        global.lastIndex = at;
        at = global.exec(text)?.index ?? length;
      }
    }
    if (from < length) words.encodeText(text, from, length, out);
  }
}
