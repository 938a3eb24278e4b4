/**
 * Pairs of ids -> rank of the merge and id of the product, in an open-addressed table of four integers a slot:
 * left, right, rank, product. The lower rank merges first.
 */
export class MergeTable {
  /** Slots of [left, right, rank, product]; left is -1 where empty. */
  readonly slots: Int32Array;
  private readonly mask: number;

  /** @param count greatest number of pairs that will be set */
  constructor(count: number) {
    let size = 16;
    while (size < count * 2) size *= 2;
    this.mask = size - 1;
    this.slots = new Int32Array(size * 4).fill(-1);
  }

  /** Sets a pair; a pair that was set before gets the new rank and product. */
  set(left: number, right: number, rank: number, product: number): void {
    const at = this.probe(left, right);
    this.slots[at] = left;
    this.slots[at + 1] = right;
    this.slots[at + 2] = rank;
    this.slots[at + 3] = product;
  }

  /** Index in `slots` of the pair, or -1. */
  find(left: number, right: number): number {
    const at = this.probe(left, right);
    return this.slots[at] === -1 ? -1 : at;
  }

  private probe(left: number, right: number): number {
    const slots = this.slots;
    const mask = this.mask;
    const hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const at = slot << 2;
      if (slots[at] === -1 || (slots[at] === left && slots[at + 1] === right)) return at;
      slot = (slot + 1) & mask;
    }
  }
}
