const SEGMENT = 1 << 16;

/** Which rows belong together: a union-find over row numbers, 4 bytes a row. @see Tarjan 1975, doi:10.1145/321879.321884 */
export class RowGroups {
  private readonly parents: Uint32Array[] = [];
  private size = 0;

  /** Bytes of the arrays. */
  get bytes(): number {
    return this.parents.length * SEGMENT * 4;
  }

  /** Bytes that so many rows will take. */
  static bytesFor(rows: number): number {
    return Math.ceil(rows / SEGMENT) * SEGMENT * 4;
  }

  /** Adds the next row, alone. @returns its number, from 0 */
  add(): number {
    const row = this.size++;
    if (row % SEGMENT === 0) this.parents.push(new Uint32Array(SEGMENT));
    this.set(row, row);
    return row;
  }

  /** The first row of a row's group. */
  find(row: number): number {
    let at = row;
    for (let up = this.parent(at); up !== at; up = this.parent(at)) {
      const above = this.parent(up);
      this.set(at, above);
      at = above;
    }
    return at;
  }

  /** Makes two groups one. Its first row stays its name, so that names do not depend on the order of the unions. */
  join(a: number, b: number): void {
    const [x, y] = [this.find(a), this.find(b)];
    if (x < y) this.set(y, x);
    else if (y < x) this.set(x, y);
  }

  private parent(row: number): number {
    return this.parents[Math.floor(row / SEGMENT)][row % SEGMENT];
  }

  private set(row: number, parent: number): void {
    this.parents[Math.floor(row / SEGMENT)][row % SEGMENT] = parent;
  }
}
