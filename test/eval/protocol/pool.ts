import type { SimilarityRow } from "../../../src/data/readPoolRows.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import type { Encoder } from "../../../src/search/encoder.ts";

/** A row that is its own group. */
export function rowOf(id: string, query: string, pos: string[], neg: string[]): SimilarityRow {
  return { id, query, pos, neg, group: id };
}

/** An encoder with a vector for each text. */
export function fixedEncoder(engine: Engine, vectors: Readonly<Record<string, number[]>>): Encoder {
  return {
    engine,
    async encode(texts) {
      const rows = texts.map((text) => vectors[text]);
      return { data: Float32Array.from(rows.flat()), n: rows.length, d: rows[0].length };
    },
  };
}
