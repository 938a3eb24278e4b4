/** A row as one line of JSON; 64-bit integers, as Parquet has them, become texts where a number would not be exact. */
export function toText(values: unknown): string {
  return JSON.stringify(values, (_, value) => {
    if (typeof value !== "bigint") return value;
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  });
}
