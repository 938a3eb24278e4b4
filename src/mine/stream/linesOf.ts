import { closeSync, openSync, readSync } from "node:fs";

const PIECE = 1 << 20;

/** The lines of a file that ends in one, without their ends, read a piece at a time. */
export function* linesOf(path: string): Generator<string> {
  const file = openSync(path, "r");
  try {
    let open: Buffer[] = [];
    for (;;) {
      const piece = Buffer.allocUnsafe(PIECE);
      const read = readSync(file, piece, 0, PIECE, null);
      if (read === 0) return;
      let from = 0;
      for (let end = piece.indexOf(10); end >= 0 && end < read; end = piece.indexOf(10, from)) {
        open.push(piece.subarray(from, end));
        yield Buffer.concat(open).toString();
        open = [];
        from = end + 1;
      }
      if (from < read) open.push(piece.subarray(from, read));
    }
  } finally {
    closeSync(file);
  }
}
