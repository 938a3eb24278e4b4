import type { IdBuffer } from "./idBuffer.ts";
import type { Piece, SplitStep } from "./pieceSplitter.ts";
import type { SectionEncoder } from "./sectionEncoder.ts";
import type { WordCache } from "./wordCache.ts";

/** The general way: run the pre-tokenizing steps, then look each piece up. Exact for every tokenizer. */
export class PieceEncoder implements SectionEncoder {
  private readonly steps: readonly SplitStep[];
  private readonly words: WordCache;

  constructor(steps: readonly SplitStep[], words: WordCache) {
    this.steps = steps;
    this.words = words;
  }

  encode(text: string, first: boolean, out: IdBuffer, limit: number): void {
    let pieces: Piece[] = [{ text, first }];
    for (const step of this.steps) pieces = pieces.flatMap(step);
    for (const piece of pieces) {
      if (out.length > limit) return;
      this.words.encodeText(piece.text, 0, piece.text.length, out);
    }
  }
}
