import type { EndpointSettings } from "./endpointSettings.ts";
import type { FailureKind } from "./remoteError.ts";

/** Tokens as the API counts them. */
export interface Tokens {
  input: number;
  output: number;
}

/** What the use of an endpoint came to. */
export interface UsageReport {
  /** Sent, retries among them. */
  requests: number;
  retries: number;
  /** Answers that were on the disk already. */
  fromCache: number;
  /** Of the answers that were sent for. */
  tokens: Tokens;
  /** Of the answers from the cache: what they cost when they were sent for. */
  cachedTokens: Tokens;
  /** For `tokens`; null when no price is known. */
  dollars: number | null;
  /** For `tokens` and `cachedTokens`: what it costs without a cache. */
  dollarsInAll: number | null;
  /** Attempts that failed, by kind. */
  failures: Partial<Record<FailureKind, number>>;
}

/** Counts requests, tokens, failures and money. */
export class Usage {
  requests = 0;
  retries = 0;
  fromCache = 0;
  private readonly prices: EndpointSettings["dollarsPerMillionTokens"];
  private readonly sent: Tokens = { input: 0, output: 0 };
  private readonly cached: Tokens = { input: 0, output: 0 };
  private readonly failures: Partial<Record<FailureKind, number>> = {};

  constructor(prices: EndpointSettings["dollarsPerMillionTokens"]) {
    this.prices = prices;
  }

  /** Counts an answer's tokens. */
  add({ input, output }: Tokens, fromCache: boolean): void {
    const sum = fromCache ? this.cached : this.sent;
    sum.input += input;
    sum.output += output;
    if (fromCache) this.fromCache++;
  }

  /** Counts an attempt that failed. */
  fail(kind: FailureKind): void {
    this.failures[kind] = (this.failures[kind] ?? 0) + 1;
  }

  report(): UsageReport {
    const { requests, retries, fromCache, sent, cached, failures } = this;
    const dollars = this.price(sent);
    const saved = this.price(cached);
    return {
      requests,
      retries,
      fromCache,
      tokens: { ...sent },
      cachedTokens: { ...cached },
      dollars,
      dollarsInAll: dollars === null || saved === null ? null : dollars + saved,
      failures: { ...failures },
    };
  }

  private price({ input, output }: Tokens): number | null {
    if (this.prices === undefined) return null;
    return (input * this.prices.input + output * (this.prices.output ?? 0)) / 1e6;
  }
}
