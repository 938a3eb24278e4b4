import { closeSync, openSync, readSync } from "node:fs";
import { InputError } from "../../base/errors.ts";
import type { Vectors } from "../../base/vectors.ts";
import { readNpyLayout } from "../../data/npy.ts";
import { fileVersion } from "./fileVersion.ts";
import type { VectorRows } from "./vectorRows.ts";

/** Vectors [N, D] of a `.npy` file, read a piece at a time. */
export class VectorFile implements VectorRows {
  readonly path: string;
  readonly n: number;
  readonly d: number;
  /** Size and time of change of the file when it was opened. */
  readonly version: string;
  private readonly start: number;
  private readonly file: number;

  private constructor(path: string, { n, d, start }: { n: number; d: number; start: number }) {
    this.path = path;
    this.n = n;
    this.d = d;
    this.start = start;
    this.version = fileVersion(path);
    this.file = openSync(path, "r");
  }

  /** @throws {InputError} a file that `readNpy` refuses, or one without rows */
  static async open(path: string): Promise<VectorFile> {
    const layout = await readNpyLayout(path);
    if (layout.n === 0) throw new InputError(path, "holds no vectors", "Give at least one.");
    return new VectorFile(path, layout);
  }

  /**
   * Rows from .. from + count, in the memory of `into`.
   * @throws {InputError} when the file has become shorter meanwhile
   */
  read(from: number, count: number, into: Float32Array): Vectors {
    const { d } = this;
    const data = into.subarray(0, count * d);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let done = 0; done < bytes.length; ) {
      // one read is at most 2 GiB
      const wanted = Math.min(bytes.length - done, 1 << 30);
      const got = readSync(this.file, bytes, done, wanted, this.start + from * d * 4 + done);
      if (got === 0)
        throw new InputError(this.path, "became shorter while it was read", "Leave it be, and start again.");
      done += got;
    }
    return { data, n: count, d, first: from };
  }

  /** Rows from .. from + n of the open file, numbered from 0. */
  slice(from: number, n: number): VectorRows {
    const read: VectorRows["read"] = (row, count, into) => ({ ...this.read(from + row, count, into), first: row });
    return { n, d: this.d, read };
  }

  close(): void {
    closeSync(this.file);
  }
}
