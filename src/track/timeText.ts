const [YEAR_0, YEAR_10000] = [Date.UTC(-1, 12), Date.UTC(10_000, 0)];

/** A time in milliseconds since 1970 as ISO 8601 in UTC; one without four digits for its year as the number it is. */
export function timeText(time: number): string {
  return time >= YEAR_0 && time < YEAR_10000 ? new Date(time).toISOString() : String(time);
}
