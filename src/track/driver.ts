import BetterSqlite3 from "better-sqlite3";
import { SetupError } from "../base/errors.ts";
import { StoreError } from "./storeError.ts";

/** What may be bound to a `?`. Booleans are not: write 0 or 1. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** How long a writer waits for another process' lock. A transaction here takes well under a second. */
export const BUSY_TIMEOUT_MS = 20_000;

/** How many compiled statements are kept: searches come in endless forms. */
const KEPT_STATEMENTS = 256;

/**
 * One SQLite connection: the only place that knows the npm driver, so that `node:sqlite` or a later better-sqlite3
 * can take its place. All calls are synchronous. Statements are compiled once per text.
 *
 * @throws {StoreError} from every method, in plain words, when SQLite refuses
 */
export class Driver {
  readonly path: string;
  /** How many transactions were undone: whoever remembers what was read inside one must forget it then. */
  rollbacks = 0;
  private readonly db: BetterSqlite3.Database;
  private readonly statements = new Map<string, BetterSqlite3.Statement<SqlValue[]>>();

  /** Opens or creates the file `path`. @throws {SetupError} when better-sqlite3 was not built for this Node */
  constructor(path: string) {
    this.path = path;
    try {
      this.db = new BetterSqlite3(path, { timeout: BUSY_TIMEOUT_MS });
    } catch (error) {
      if (/bindings|NODE_MODULE_VERSION|\.node/.test(String(error)))
        throw new SetupError("better-sqlite3", "its compiled part is missing", "Run `npx sulam setup --only track`.", {
          cause: error,
        });
      throw StoreError.from(error, path);
    }
  }

  /** The first row, or undefined. */
  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.guard(() => this.prepare(sql).get(...values) as Row | undefined);
  }

  /** Every row. */
  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return this.guard(() => this.prepare(sql).all(...values) as Row[]);
  }

  /** Changes rows. `id` is the rowid of the last insert. */
  run(sql: string, ...values: SqlValue[]): { changes: number; id: number } {
    return this.guard(() => {
      const { changes, lastInsertRowid } = this.prepare(sql).run(...values);
      return { changes, id: Number(lastInsertRowid) };
    });
  }

  /** Runs several statements without values. */
  exec(sql: string): void {
    this.guard(() => this.db.exec(sql));
  }

  /** A pragma's single value. */
  pragma(text: string): unknown {
    return this.guard(() => this.db.pragma(text, { simple: true }));
  }

  /**
   * All of `work` or nothing of it. The lock is taken at the start (BEGIN IMMEDIATE): a transaction that begins by
   * reading and upgrades later fails at once when another process wrote meanwhile, whatever the busy timeout.
   * Inside another transaction, `work` simply joins it.
   */
  write<R>(work: () => R): R {
    return this.transaction("BEGIN IMMEDIATE", work);
  }

  /** Several reads that see one state of the store. */
  read<R>(work: () => R): R {
    return this.transaction("BEGIN", work);
  }

  /** Closes the file. Closing twice is harmless. */
  close(): void {
    this.statements.clear();
    this.guard(() => this.db.close());
  }

  private transaction<R>(begin: string, work: () => R): R {
    if (this.db.inTransaction) return work();
    this.run(begin);
    try {
      const result = work();
      this.run("COMMIT");
      return result;
    } catch (error) {
      // SQLite itself rolls back after some errors (a full disk), and then a second ROLLBACK would hide the first error.
      if (this.db.inTransaction) this.db.exec("ROLLBACK");
      this.rollbacks++;
      throw error;
    }
  }

  private prepare(sql: string): BetterSqlite3.Statement<SqlValue[]> {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      if (this.statements.size >= KEPT_STATEMENTS) this.statements.clear();
      statement = this.db.prepare<SqlValue[]>(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }

  private guard<R>(work: () => R): R {
    try {
      return work();
    } catch (error) {
      // Anything else (a wrong kind of value, say) is a bug of ours and must not pass for a broken disk.
      throw error instanceof BetterSqlite3.SqliteError ? StoreError.from(error, this.path) : error;
    }
  }
}
