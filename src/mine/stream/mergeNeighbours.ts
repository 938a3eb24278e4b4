import type { Neighbours } from "../../search/topK.ts";

/**
 * The K best of two searches of the same queries, in place: by score, then by the smaller index.
 *
 * @param best    [Q, K] of the corpus so far; unused places hold index -1
 * @param found   [Q, K'] of another part of the corpus, K' at most K
 * @param offset  index in the whole corpus of the part's first row; the parts come in ascending order
 */
export function mergeNeighbours(best: Neighbours, found: Neighbours, offset: number): void {
  const { k } = best;
  const indices = new Int32Array(k);
  const scores = new Float32Array(k);
  for (let query = 0; query * k < best.indices.length; query++) {
    let [a, b] = [query * k, query * found.k];
    const [lastA, lastB] = [a + k, b + found.k];
    for (let place = 0; place < k; place++) {
      const first = a < lastA && best.indices[a] >= 0;
      const second = b < lastB;
      if (!first && !second) {
        indices[place] = -1;
        continue;
      }
      // the earlier part has the smaller indices, so it wins ties
      if (first && (!second || best.scores[a] >= found.scores[b])) {
        indices[place] = best.indices[a];
        scores[place] = best.scores[a++];
      } else {
        indices[place] = found.indices[b] + offset;
        scores[place] = found.scores[b++];
      }
    }
    best.indices.set(indices, query * k);
    best.scores.set(scores, query * k);
  }
}
