import assert from "node:assert/strict";
import type { Engine } from "../../src/engine/engine.ts";
import { formatMined, type MinedFormat } from "../../src/mine/formatMined.ts";
import { mineHardNegatives } from "../../src/mine/mineHardNegatives.ts";

/** What `mine_hard_negatives` is asked, under its own names. */
export interface PeerCase {
  num_negatives: number;
  range_min: number;
  range_max: number;
  output_format: MinedFormat;
  output_scores: boolean;
  absolute_margin?: number;
  relative_margin?: number;
  max_score?: number;
  min_score?: number;
  query_prompt?: string;
  corpus_prompt?: string;
  cross_encoder?: boolean;
}

/** The question that `mining_rows.py` answers. */
export interface PeerQuestion {
  /** Text with its prompt -> vector. */
  vectors: Record<string, number[]>;
  corpus: string[];
  pairs: [query: string, positive: string][];
  /** `query|passage` -> what a cross-encoder says. */
  scores: Record<string, number>;
  cases: PeerCase[];
}

/** A row's values, in the order of its fields. */
export type PeerRow = (string | number | (string | number)[])[];

/** Our rows for one case. */
export async function ourRows(engine: Engine, question: PeerQuestion, ours: PeerCase): Promise<PeerRow[]> {
  const { vectors, corpus, pairs, scores } = question;
  const encoder = {
    engine,
    async encode(texts: readonly string[]) {
      const rows = texts.map((text) => vectors[text] ?? assert.fail(`no vector for ${text}`));
      return { data: Float32Array.from(rows.flat()), n: rows.length, d: rows[0].length };
    },
  };
  const mined = await mineHardNegatives(
    encoder,
    pairs.map(([query, positive]) => ({ query, pos: [positive], neg: [] })),
    {
      passages: corpus.map((text) => ({ text })),
      sameText: "exact",
      perQuery: ours.num_negatives,
      window: [ours.range_min, ours.range_max],
      margin: ours.absolute_margin,
      relativeMargin: ours.relative_margin,
      maxScore: ours.max_score,
      minScore: ours.min_score,
      queryPrompt: ours.query_prompt,
      passagePrompt: ours.corpus_prompt,
      scorer: ours.cross_encoder
        ? (all) => all.map(({ query, passage }) => scores[`${query}|${passage}`] ?? assert.fail(`${query}|${passage}`))
        : undefined,
    },
  );
  const { output_format: format, output_scores, num_negatives: perQuery } = ours;
  return [...formatMined(mined.queries, { format, perQuery, scores: output_scores })].map((row) => Object.values(row));
}

/** Fails unless both have the same rows: texts and labels to the letter, scores within float32's rounding. */
export function sameRows(ours: readonly PeerRow[], theirs: readonly PeerRow[], note: string): void {
  assert.equal(ours.length, theirs.length, `${note}: number of rows`);
  for (const [i, row] of ours.entries()) {
    const [a, b] = [row.flat(), theirs[i].flat()];
    assert.equal(a.length, b.length, `${note}: length of row ${i}`);
    for (const [at, value] of a.entries()) {
      const wanted = b[at];
      if (typeof value === "number" && typeof wanted === "number")
        assert.ok(Math.abs(value - wanted) < 1e-6, `${note}: row ${i} has ${value}, theirs ${wanted}`);
      else assert.equal(value, wanted, `${note}: row ${i}`);
    }
  }
}
