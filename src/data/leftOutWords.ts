/** What is said of rows that do not train because of their split. */
export function leftOutWords(rows: number): string {
  return rows === 1
    ? "1 row of another split than train is left out."
    : `${rows} rows of other splits than train are left out.`;
}
