import type { Rates } from "./rateLimit.ts";

/** An OpenAI-compatible API and how it is used. */
export interface EndpointSettings extends Rates {
  /** The part before `/embeddings` and `/chat/completions`, e.g. `http://127.0.0.1:8080/v1`. */
  url: string;
  /** As the API calls it. */
  model: string;
  /** The environment variable that holds the key. Default: no key is sent. */
  keyVariable?: string;
  /** For a whole answer. Default 60. */
  timeoutSeconds?: number;
  /** How often a request is sent again. Default 6. */
  retries?: number;
  /** Requests on their way at once. Default 4. */
  concurrency?: number;
  /** Texts of one request for embeddings. Default 64. */
  batchSize?: number;
  /** Asks for embeddings of this width. Default: the model's own. */
  dimensions?: number;
  /** Prices, for the report. Default: unknown. */
  dollarsPerMillionTokens?: { input: number; output?: number };
}
