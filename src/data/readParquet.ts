import * as zlib from "node:zlib";
import type { AsyncBuffer, Compressors, FileMetaData } from "hyparquet";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { InputError } from "../base/errors.ts";
import { type SourceRow, sourceRow } from "./sourceRow.ts";

/** Snappy and uncompressed pages are hyparquet's own; zstd needs Node 22.15 or newer. */
export const compressors: Compressors = {
  GZIP: (packed) => zlib.gunzipSync(packed),
  BROTLI: (packed) => zlib.brotliDecompressSync(packed),
};
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (packed: Uint8Array) => Uint8Array };
if (zstdDecompressSync) compressors.ZSTD = (packed) => zstdDecompressSync(packed);

/**
 * The rows of a Parquet file, one row group in memory at a time. Lists and structs come as arrays and objects.
 *
 * @throws {InputError} a missing, truncated or damaged file, or a compression that is not supported
 */
export async function* readParquet(path: string): AsyncGenerator<SourceRow> {
  let file: AsyncBuffer;
  let metadata: FileMetaData;
  try {
    file = await asyncBufferFromFile(path);
    metadata = await parquetMetadataAsync(file);
  } catch (error) {
    throw explained(error, path);
  }
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    let rows: Record<string, unknown>[];
    try {
      rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors });
    } catch (error) {
      throw explained(error, `${path} rows ${rowStart + 1} to ${rowEnd}`);
    }
    for (const [i, row] of rows.entries()) yield sourceRow(`${path} row ${rowStart + i + 1}`, row);
    rowStart = rowEnd;
  }
}

function explained(error: unknown, who: string): InputError {
  if ((error as NodeJS.ErrnoException).code === "ENOENT")
    return new InputError(who, "no such file", "Check the path.", { cause: error });
  const problem = `cannot be read as Parquet (${(error as Error).message})`;
  return new InputError(who, problem, "Copy the file again, or write it with snappy compression.", { cause: error });
}
