/**
 * A priority queue of pairs of ids: the greatest count first, of equal counts the smaller left id, then the smaller
 * right id. Entries are numbered in the order in which they came in, and keep their number.
 */
export class PairQueue {
  private readonly counts: number[] = [];
  private readonly lefts: number[] = [];
  private readonly rights: number[] = [];
  private readonly heap: number[] = [];

  get size(): number {
    return this.heap.length;
  }

  /** Adds a new entry and returns its number. */
  add(left: number, right: number, count: number): number {
    const entry = this.counts.length;
    this.counts.push(count);
    this.lefts.push(left);
    this.rights.push(right);
    this.heap.push(entry);
    this.up(this.heap.length - 1);
    return entry;
  }

  /** The number of the first entry. */
  top(): number {
    return this.heap[0];
  }

  count(entry: number): number {
    return this.counts[entry];
  }

  left(entry: number): number {
    return this.lefts[entry];
  }

  right(entry: number): number {
    return this.rights[entry];
  }

  /** Gives the first entry a smaller count and moves it to its new place. */
  lower(count: number): void {
    this.counts[this.heap[0]] = count;
    this.down();
  }

  /** Takes the first entry out. */
  pop(): void {
    const last = this.heap.pop() as number;
    if (this.heap.length === 0) return;
    this.heap[0] = last;
    this.down();
  }

  private up(from: number): void {
    const { heap } = this;
    const entry = heap[from];
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.before(entry, heap[parent])) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = entry;
  }

  private down(): void {
    const { heap } = this;
    const entry = heap[0];
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.before(heap[child + 1], heap[child])) child++;
      if (!this.before(heap[child], entry)) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = entry;
  }

  private before(a: number, b: number): boolean {
    if (this.counts[a] !== this.counts[b]) return this.counts[a] > this.counts[b];
    if (this.lefts[a] !== this.lefts[b]) return this.lefts[a] < this.lefts[b];
    return this.rights[a] < this.rights[b];
  }
}
