import { TrackError } from "../trackError.ts";

/** A token that stands for the rows from `offset` on. Opaque to those who pass it back. */
export function pageToken(offset: number): string {
  return Buffer.from(JSON.stringify({ offset })).toString("base64url");
}

/**
 * Where the page of a token begins; 0 without one.
 * @throws {TrackError} INVALID_PARAMETER_VALUE when no answer gave this token
 */
export function pageOffset(token: string | undefined): number {
  if (token === undefined || token === "") return 0;
  try {
    const { offset } = JSON.parse(Buffer.from(token, "base64").toString("utf8")) as { offset?: unknown };
    if (Number.isSafeInteger(offset) && (offset as number) >= 0) return offset as number;
  } catch {
    // Told below, as any other wrong token.
  }
  throw new TrackError(
    "INVALID_PARAMETER_VALUE",
    "page token",
    `\`${token.slice(0, 40)}\` was not given by an answer`,
    "Pass on `next_page_token` as it came, or nothing for the first page.",
  );
}

/** How many results a page may have, as in MLflow. */
const MOST = 50_000;

/** @throws {TrackError} INVALID_PARAMETER_VALUE unless `maxResults` is a whole number from 1 to 50,000 */
export function checkPageSize(maxResults: number): void {
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > MOST)
    throw new TrackError(
      "INVALID_PARAMETER_VALUE",
      "max_results",
      `it must be a whole number from 1 to ${MOST}, got ${maxResults}`,
      "Ask for pages.",
    );
}
