/** A growing list of token ids in one typed array, reused from text to text. */
export class IdBuffer {
  data: Int32Array = new Int32Array(4096);
  length = 0;

  push(id: number): void {
    if (this.length === this.data.length) this.reserve(1);
    this.data[this.length++] = id;
  }

  /** Makes room for `count` more ids, so that a loop may write `data` itself. */
  reserve(count: number): void {
    if (this.length + count <= this.data.length) return;
    const grown = new Int32Array(Math.max(this.data.length * 2, this.length + count));
    grown.set(this.data.subarray(0, this.length));
    this.data = grown;
  }

  /** The ids from `from` to `to` as a plain list. */
  slice(from: number, to: number): number[] {
    const out = new Array<number>(to - from);
    for (let i = from; i < to; i++) out[i - from] = this.data[i];
    return out;
  }
}
