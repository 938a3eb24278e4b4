/** Numbers pairs of ids 0, 1, 2, ... in the order in which they are first asked for: a growing open-addressed table. */
export class PairIndex {
  /** Three integers a slot: left, right, number + 1 (0 where empty). */
  private slots: Int32Array = new Int32Array(3 << 16);
  private count = 0;

  /** The number of the pair; the next free one when it is new. */
  numberOf(left: number, right: number): number {
    const at = this.probe(left, right);
    if (this.slots[at + 2] !== 0) return this.slots[at + 2] - 1;
    if (this.count * 2 >= this.slots.length / 3) {
      this.grow();
      return this.numberOf(left, right);
    }
    this.slots[at] = left;
    this.slots[at + 1] = right;
    this.slots[at + 2] = ++this.count;
    return this.count - 1;
  }

  private probe(left: number, right: number): number {
    const slots = this.slots;
    const mask = slots.length / 3 - 1;
    const hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * 3;
      if (slots[at + 2] === 0 || (slots[at] === left && slots[at + 1] === right)) return at;
    }
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    for (let i = 0; i < old.length; i += 3) {
      if (old[i + 2] === 0) continue;
      const at = this.probe(old[i], old[i + 1]);
      this.slots.set(old.subarray(i, i + 3), at);
    }
  }
}
