import type { Driver } from "./driver.ts";

/** The small numbers that stand for metric names in the tables, remembered so that a point costs no look-up. */
export class MetricKeys {
  private readonly db: Driver;
  private readonly known = new Map<string, number>();
  private rollbacks = 0;

  constructor(db: Driver) {
    this.db = db;
  }

  /** The number of `name`, made when it is new. To be called inside the transaction that uses it. */
  id(name: string): number {
    if (this.rollbacks !== this.db.rollbacks) {
      this.known.clear();
      this.rollbacks = this.db.rollbacks;
    }
    let key = this.known.get(name);
    if (key === undefined) {
      this.db.run("INSERT OR IGNORE INTO metric_keys(name) VALUES(?)", name);
      key = this.find(name) as number;
      this.known.set(name, key);
    }
    return key;
  }

  /** The number of `name`, or undefined when no run ever used it. */
  find(name: string): number | undefined {
    return this.db.get<{ key: number }>("SELECT key FROM metric_keys WHERE name = ?", name)?.key;
  }
}
