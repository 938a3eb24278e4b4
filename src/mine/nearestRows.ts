/** The nearest rows offered, at most `size` of them: nearest first, equal distances by the smaller row. */
export class NearestRows {
  readonly rows: number[] = [];
  readonly distances: number[] = [];
  private readonly size: number;

  /** @param size at least 1 */
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
    for (; place > 0 && this.before(distance, row, place - 1); place--) {
      rows[place] = rows[place - 1];
      distances[place] = distances[place - 1];
    }
    rows[place] = row;
    distances[place] = distance;
  }

  private before(distance: number, row: number, place: number): boolean {
    return distance < this.distances[place] || (distance === this.distances[place] && row < this.rows[place]);
  }
}
