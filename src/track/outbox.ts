import { StoreError } from "./storeError.ts";
import { TrackError } from "./trackError.ts";

/** One thing to be stored. */
export interface Parcel {
  /** What it is, in words, e.g. `metrics` or `artifact model.bin`. */
  what: string;
  /** How many there are of it. */
  count: number;
  /** Stores it whole, or throws and stores nothing. */
  store: () => void;
}

/** The first wait before another try, doubled at every failure. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Tracking never stops training: what cannot be stored now (full disk, lost network folder, a lock held too long) is
 * kept in memory, in order, and tried again; one warning is given at the first failure, one when all is well again, and
 * at the end one that says what is not stored.
 */
export class Outbox {
  private readonly now: () => number;
  private readonly warn: (message: string) => void;
  private kept: Parcel[] = [];
  private refused: Parcel[] = [];
  private wait = FIRST_WAIT_MS;
  private nextTry = 0;

  constructor(now: () => number, warn: (message: string) => void) {
    this.now = now;
    this.warn = warn;
  }

  /** Stores a parcel after those that wait, or keeps it. @throws {TrackError} INVALID_PARAMETER_VALUE: the caller's fault */
  send(parcel: Parcel): void {
    if (this.kept.length > 0) {
      this.kept.push(parcel);
      if (this.isDue()) this.flush();
      return;
    }
    try {
      parcel.store();
    } catch (error) {
      if (isCallersFault(error)) throw error;
      this.kept.push(parcel);
      this.warn(
        `The run goes on, but nothing is stored at present: ${words(error)} What is logged is kept and tried again.`,
      );
      this.postpone();
    }
  }

  /** Tries to store what waits. */
  flush(): void {
    const before = this.kept.length;
    while (this.kept.length > 0) {
      const [parcel] = this.kept;
      try {
        parcel.store();
      } catch (error) {
        if (!isCallersFault(error) && !isSourceGone(error)) {
          this.postpone();
          return;
        }
        // Its call has returned long ago, so there is nobody to throw at; and no later try would go better.
        this.refused.push(parcel);
        this.warn(words(error));
      }
      this.kept.shift();
    }
    this.wait = FIRST_WAIT_MS;
    if (before > 0) this.warn("The run is being stored again; what was kept is in the store now.");
  }

  /** Tries to store what waits when it is time for another try. */
  retry(): void {
    if (this.kept.length > 0 && this.isDue()) this.flush();
  }

  /** Tries a last time. @returns what is not stored, in words, e.g. `["412 metrics", "1 artifact model.bin"]` */
  close(): string[] {
    if (this.kept.length > 0) this.flush();
    const counts = new Map<string, number>();
    for (const { what, count } of [...this.refused, ...this.kept]) counts.set(what, (counts.get(what) ?? 0) + count);
    const lost = [...counts].map(([what, count]) => `${count} ${what}`);
    if (lost.length > 0) this.warn(`The run ended and this is not stored: ${lost.join(", ")}.`);
    return lost;
  }

  private postpone(): void {
    this.nextTry = this.now() + this.wait;
    this.wait = Math.min(2 * this.wait, LONGEST_WAIT_MS);
  }

  /** Also true when the clock went back further than any wait. */
  private isDue(): boolean {
    return this.now() >= this.nextTry || this.now() < this.nextTry - LONGEST_WAIT_MS;
  }
}

function isCallersFault(error: unknown): boolean {
  return error instanceof TrackError && error.code === "INVALID_PARAMETER_VALUE";
}

/** The store makes its own folders, so what it does not find is the file to copy, removed while its parcel waited. */
function isSourceGone(error: unknown): boolean {
  return error instanceof StoreError && error.code === "ENOENT";
}

function words(error: unknown): string {
  return error instanceof StoreError || error instanceof TrackError ? error.message : String(error);
}
