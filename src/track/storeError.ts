import { SulamError } from "../base/errors.ts";

/**
 * The store cannot be opened, read or written (full disk, read-only folder, damaged file, lock held too long).
 * Nothing that was acknowledged before is lost. The cause's code is kept: `SQLITE_FULL`, `ENOSPC`, ...
 */
export class StoreError extends SulamError {
  readonly code: string;

  /** `who`, `problem` and `todo` are those of `SulamError`. */
  constructor(who: string, problem: string, todo: string, options?: { cause?: unknown; code?: string }) {
    super(who, problem, todo, { cause: options?.cause });
    this.code = options?.code ?? codeOf(options?.cause) ?? "STORE";
  }

  /** Puts an error of SQLite or of the file system into words. A StoreError comes back as it is. */
  static from(error: unknown, path: string): StoreError {
    if (error instanceof StoreError) return error;
    const code = codeOf(error) ?? "";
    const known = SENTENCES.find(([pattern]) => pattern.test(code));
    const problem = known?.[1] ?? (error instanceof Error ? error.message : String(error));
    const todo = known?.[2] ?? "See the cause for details.";
    return new StoreError(path, `${problem}${code === "" ? "" : ` (${code})`}`, todo, { cause: error });
  }
}

const AWAY = "Move this file away, or choose another folder with `--store` or SULAM_STORE.";

/** SQLite's result codes (https://www.sqlite.org/rescode.html) and errno names, the specific before the general. */
const SENTENCES: readonly (readonly [RegExp, string, string])[] = [
  [/^(SQLITE_FULL|ENOSPC)/, "the disk is full", "Free some space; what was stored before is safe."],
  [/^EDQUOT/, "the disk quota is used up", "Free some space; what was stored before is safe."],
  [/^EFBIG/, "the file would grow over the size limit", "Raise `ulimit -f`; what was stored before is safe."],
  [/^SQLITE_BUSY/, "another process kept the store locked for 20 s", "End that process or try again."],
  [/^SQLITE_READONLY/, "the store is read-only", "Give yourself write permission, or choose another folder."],
  [/^(EACCES|EPERM|EROFS)/, "no permission to write here", "Give yourself write permission, or choose another folder."],
  [/^SQLITE_CANTOPEN/, "the store cannot be opened", "Check that its folder exists and that you may write in it."],
  [/^SQLITE_NOTADB/, "this is not a sulam store (not even an SQLite file)", AWAY],
  [/^SQLITE_CORRUPT/, "the store is damaged", "Restore a copy, or save what is left with `sqlite3 FILE .recover`."],
  [/^SQLITE_IOERR/, "reading or writing the store failed", "Check the disk and its free space and size limits."],
  [/^ENOENT/, "the file is not there", "Check its path."],
  [/^(EEXIST|ENOTDIR|EISDIR)/, "a file is where a folder should be, or the reverse", AWAY],
];

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}
