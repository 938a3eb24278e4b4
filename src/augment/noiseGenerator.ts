import { addNoise, type NoiseOptions } from "./addNoise.ts";
import type { NoiseTables } from "./loadNoiseTables.ts";
import type { Generator, SyntheticRow } from "./syntheticRow.ts";
import { variantRow } from "./variantRow.ts";

/** How many variants, and of what. */
export interface NoiseGeneratorOptions extends NoiseOptions {
  /** Variants of each parent. Default 1. */
  copies?: number;
  /** Passages are noised too, and stand beside the parent's own. Default: only queries. */
  allTexts?: boolean;
}

/**
 * Variants by the noise model, offline. Copy n is what `addNoise` makes of the query with the seed of its row,
 * `seed + n - 1`; one that is the query itself, or an earlier copy, is left out.
 */
export function noiseGenerator(tables: NoiseTables, options: NoiseGeneratorOptions): Generator {
  const { copies = 1, allTexts = false, seed, ...noise } = options;
  const about = { name: "noise", tables: tables.sha256, ...noise };
  // settings that mean nothing are told before the work begins
  addNoise("", tables, { ...noise, seed });
  return {
    about,
    settings: { ...about, seed, copies, allTexts },
    concurrency: 1,
    async make(parent) {
      const seen = new Set([parent.query]);
      const rows: SyntheticRow[] = [];
      for (let copy = 1; copy <= copies; copy++) {
        const own = seed + copy - 1;
        const change = (text: string): string => addNoise(text, tables, { ...noise, seed: own });
        const query = change(parent.query);
        if (seen.has(query)) continue;
        seen.add(query);
        const passages = allTexts ? { pos: parent.pos.map(change), neg: parent.neg.map(change) } : {};
        rows.push(variantRow(parent, about, { name: `noise.${copy}`, seed: own, query, ...passages }));
      }
      return { rows };
    },
  };
}
