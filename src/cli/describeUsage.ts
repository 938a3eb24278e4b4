import type { UsageReport } from "../remote/usage.ts";

/** `The API had 42 requests (2 retries; failures: 2 busy), 12 answers came from the cache; 400 tokens, $0.0010.` */
export function describeUsage({ requests, retries, fromCache, tokens, dollars, failures }: UsageReport): string {
  const kinds = Object.entries(failures).map(([kind, count]) => `${count} ${kind}`);
  const failed = kinds.length === 0 ? "" : ` (${retries} retries; failures: ${kinds.join(", ")})`;
  const price = dollars === null ? "" : `, $${dollars.toFixed(4)}`;
  const sum = tokens.input + tokens.output;
  return `The API had ${requests} requests${failed}, ${fromCache} answers came from the cache; ${sum} tokens${price}.`;
}
