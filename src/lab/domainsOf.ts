import type { Dataset } from "../data/dataset.ts";
import type { Example } from "../data/examplesFrom.ts";

/** What a dataset knows of the domains of foreign texts. */
export interface KnownDomains {
  /** Of a pair: its own, else those of the dataset's rows of its group, else of its positives. Empty: nothing tells it. */
  ofExample(example: Example): readonly string[];
  /** Of a text that is one of the dataset's passages; empty for any other. */
  ofPassage(text: string): readonly string[];
}

/** Domains by what a dataset's rows tell. */
export function domainsOf({ rows, card }: Dataset): KnownDomains {
  const [byGroup, byPassage] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()];
  if (card.domain !== undefined)
    for (const row of rows)
      for (const [known, key] of [
        [byGroup, row.group],
        [byPassage, row.passage],
      ] as const)
        if (row[card.domain] !== "") known.set(key, (known.get(key) ?? new Set()).add(row[card.domain]));
  const ofPassage = (text: string): string[] => [...(byPassage.get(text) ?? [])];
  return {
    ofPassage,
    ofExample: ({ domain, group, pos }) => {
      if (domain !== undefined) return [domain];
      const known = [...(byGroup.get(group ?? "") ?? [])];
      return known.length > 0 ? known : [...new Set(pos.flatMap(ofPassage))];
    },
  };
}
