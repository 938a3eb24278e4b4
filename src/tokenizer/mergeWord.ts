import type { MergeTable } from "./mergeTable.ts";

/** Up to this many symbols a scan for the lowest rank beats a heap. */
const SHORT = 40;
const NONE = 0x7fffffff;

const ranks = new Int32Array(SHORT);
const places = new Int32Array(SHORT);

/**
 * Byte-pair merging of one word: again and again the pair of the lowest rank, the leftmost first, becomes one symbol.
 *
 * Words of up to 40 symbols are scanned; longer ones go through a heap over a linked list, n log n, so that a text
 * of a million characters without a space is no burden.
 *
 * @param symbols ids of the word's symbols; the merged ids replace them from index 0 on
 * @param n       number of symbols
 * @returns       number of ids that are left
 * @see Sennrich et al. 2016, arXiv:1508.07909
 */
export function mergeWord(symbols: Int32Array, n: number, merges: MergeTable): number {
  if (n < 2) return n;
  return n <= SHORT ? mergeShort(symbols, n, merges) : mergeLong(symbols, n, merges);
}

function mergeShort(symbols: Int32Array, n: number, merges: MergeTable): number {
  const slots = merges.slots;
  for (let i = 0; i + 1 < n; i++) {
    const at = merges.find(symbols[i], symbols[i + 1]);
    places[i] = at;
    ranks[i] = at < 0 ? NONE : slots[at + 2];
  }
  for (;;) {
    let best = NONE;
    let at = -1;
    for (let i = 0; i + 1 < n; i++)
      if (ranks[i] < best) {
        best = ranks[i];
        at = i;
      }
    if (at < 0) return n;
    symbols[at] = slots[places[at] + 3];
    n--;
    for (let i = at + 1; i < n; i++) {
      symbols[i] = symbols[i + 1];
      ranks[i - 1] = ranks[i];
      places[i - 1] = places[i];
    }
    for (let i = at === 0 ? 0 : at - 1; i <= at && i + 1 < n; i++) {
      const pair = merges.find(symbols[i], symbols[i + 1]);
      places[i] = pair;
      ranks[i] = pair < 0 ? NONE : slots[pair + 2];
    }
  }
}

function mergeLong(symbols: Int32Array, n: number, merges: MergeTable): number {
  const slots = merges.slots;
  const next = new Int32Array(n);
  const previous = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    next[i] = i + 1;
    previous[i] = i - 1;
  }
  const heap = new PairHeap(n);
  const offer = (left: number, right: number): void => {
    const at = merges.find(symbols[left], symbols[right]);
    if (at >= 0) heap.push(slots[at + 2], left, at);
  };
  for (let i = 0; i + 1 < n; i++) offer(i, i + 1);
  while (heap.size > 0) {
    const left = heap.position();
    const at = heap.slot();
    heap.pop();
    const right = next[left];
    // A symbol that was merged away is -1, so an outdated entry never fits.
    if (right >= n || symbols[left] !== slots[at] || symbols[right] !== slots[at + 1]) continue;
    symbols[left] = slots[at + 3];
    symbols[right] = -1;
    const after = next[right];
    next[left] = after;
    if (after < n) {
      previous[after] = left;
      offer(left, after);
    }
    if (previous[left] >= 0) offer(previous[left], left);
  }
  let count = 0;
  for (let i = 0; i < n; i = next[i]) symbols[count++] = symbols[i];
  return count;
}

/** A binary heap of pairs, ordered by rank, then by position. */
class PairHeap {
  size = 0;
  private ranks: Int32Array;
  private positions: Int32Array;
  private slots: Int32Array;

  constructor(capacity: number) {
    this.ranks = new Int32Array(capacity);
    this.positions = new Int32Array(capacity);
    this.slots = new Int32Array(capacity);
  }

  position(): number {
    return this.positions[0];
  }

  slot(): number {
    return this.slots[0];
  }

  push(rank: number, position: number, slot: number): void {
    if (this.size === this.ranks.length) this.grow();
    let i = this.size++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.before(rank, position, parent)) break;
      this.move(parent, i);
      i = parent;
    }
    this.put(i, rank, position, slot);
  }

  pop(): void {
    const last = --this.size;
    const rank = this.ranks[last];
    const position = this.positions[last];
    const slot = this.slots[last];
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= last) break;
      if (child + 1 < last && this.before(this.ranks[child + 1], this.positions[child + 1], child)) child++;
      if (this.before(rank, position, child)) break;
      this.move(child, i);
      i = child;
    }
    this.put(i, rank, position, slot);
  }

  private before(rank: number, position: number, other: number): boolean {
    const r = this.ranks[other];
    return rank < r || (rank === r && position < this.positions[other]);
  }

  private move(from: number, to: number): void {
    this.put(to, this.ranks[from], this.positions[from], this.slots[from]);
  }

  private put(i: number, rank: number, position: number, slot: number): void {
    this.ranks[i] = rank;
    this.positions[i] = position;
    this.slots[i] = slot;
  }

  private grow(): void {
    const size = this.ranks.length * 2;
    const wider = (from: Int32Array): Int32Array => {
      const to = new Int32Array(size);
      to.set(from);
      return to;
    };
    this.ranks = wider(this.ranks);
    this.positions = wider(this.positions);
    this.slots = wider(this.slots);
  }
}
