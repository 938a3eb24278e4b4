import type { AsyncBuffer, FileMetaData } from "hyparquet";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "../readParquet.ts";
import { type LooseRow, rejected } from "./looseRow.ts";

/** The rows of a Parquet file, one row group in memory at a time; a row group that is damaged is set aside, the rest is read. */
export async function* looseParquet(path: string): AsyncGenerator<LooseRow> {
  let file: AsyncBuffer;
  let metadata: FileMetaData;
  try {
    file = await asyncBufferFromFile(path);
    metadata = await parquetMetadataAsync(file);
  } catch (error) {
    yield rejected(1, `the file cannot be read as Parquet (${(error as Error).message})`, "");
    return;
  }
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    let rows: Record<string, unknown>[] = [];
    try {
      rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors });
    } catch (error) {
      const problem = `rows ${rowStart + 1} to ${rowEnd} cannot be read as Parquet (${(error as Error).message})`;
      yield rejected(rowStart + 1, problem, "");
    }
    for (const [i, values] of rows.entries()) yield { line: rowStart + i + 1, values };
    rowStart = rowEnd;
  }
}
