/** The nearest rows offered, at most `size` of them: nearest first, equal distances by the smaller row. */
export class NearestRows {
  readonly rows: number[] = [];
  readonly distances: number[] = [];
  private readonly size: number;

  /** @param size at least 1; Infinity keeps all, unordered until `sorted` */
  constructor(size: number) {
    this.size = size;
  }

  /** A row further away than this cannot enter. */
  get worst(): number {
    return this.rows.length < this.size ? Number.POSITIVE_INFINITY : this.distances[this.size - 1];
  }

  offer(row: number, distance: number): void {
    const { rows, distances, size } = this;
    let place = rows.length;
    if (place === size) {
      if (!this.before(distance, row, place - 1)) return;
      place--;
    }
    if (size !== Number.POSITIVE_INFINITY)
      for (; place > 0 && this.before(distance, row, place - 1); place--) {
        rows[place] = rows[place - 1];
        distances[place] = distances[place - 1];
      }
    rows[place] = row;
    distances[place] = distance;
  }

  /** What was kept, nearest first. */
  sorted(): { rows: Int32Array; distances: Float64Array } {
    const order = Array.from(this.rows.keys()).sort(
      (a, b) => this.distances[a] - this.distances[b] || this.rows[a] - this.rows[b],
    );
    return {
      rows: Int32Array.from(order, (i) => this.rows[i]),
      distances: Float64Array.from(order, (i) => this.distances[i]),
    };
  }

  private before(distance: number, row: number, place: number): boolean {
    return distance < this.distances[place] || (distance === this.distances[place] && row < this.rows[place]);
  }
}
