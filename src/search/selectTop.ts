/** The best entries of a score row, best first. */
export interface Top {
  /** length K, or fewer when there are fewer scores */
  indices: Int32Array;
  scores: Float32Array;
}

/**
 * The k greatest scores, greatest first; among equal scores the smaller index comes first, also at the k-th place.
 *
 * A heap whose root is the worst entry kept: a later index only enters with a strictly greater score.
 *
 * @param scores [N], no NaN
 */
export function selectTop(scores: Float32Array, k: number): Top {
  const size = Math.min(k, scores.length);
  const heap = new Int32Array(size);
  for (let i = 0; i < size; i++) heap[i] = i;
  const worse = (a: number, b: number): boolean => scores[a] < scores[b] || (scores[a] === scores[b] && a > b);

  const sink = (start: number, end: number): void => {
    const item = heap[start];
    let hole = start;
    for (let child = 2 * hole + 1; child < end; child = 2 * hole + 1) {
      if (child + 1 < end && worse(heap[child + 1], heap[child])) child++;
      if (!worse(heap[child], item)) break;
      heap[hole] = heap[child];
      hole = child;
    }
    heap[hole] = item;
  };

  if (size > 0) {
    for (let i = (size >> 1) - 1; i >= 0; i--) sink(i, size);
    for (let i = size; i < scores.length; i++) {
      if (!(scores[i] > scores[heap[0]])) continue;
      heap[0] = i;
      sink(0, size);
    }
  }
  // Heapsort: the worst goes to the end of the part that shrinks.
  for (let end = size - 1; end > 0; end--) {
    const worst = heap[0];
    heap[0] = heap[end];
    heap[end] = worst;
    sink(0, end);
  }
  return { indices: heap, scores: Float32Array.from(heap, (i) => scores[i]) };
}
