/** About how many tokens a text costs, before the API has counted them: a token for every 3 bytes, at least 1. */
export function estimateTokens(text: string): number {
  return Math.max(1, Math.ceil(Buffer.byteLength(text) / 3));
}
