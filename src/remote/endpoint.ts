import { InputError } from "../base/errors.ts";
import { Random } from "../base/random.ts";
import { AnswerCache } from "./answerCache.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { EndpointSettings } from "./endpointSettings.ts";
import { RateLimit } from "./rateLimit.ts";
import { RemoteError } from "./remoteError.ts";
import { retryDelay } from "./retryDelay.ts";
import { sendJson } from "./sendJson.ts";
import { Usage, type UsageReport } from "./usage.ts";

/** What an endpoint is given of the world. */
export interface EndpointSurroundings {
  /** Where the key is looked up. Default: `process.env`. */
  env?: Readonly<Record<string, string | undefined>>;
  clock?: Clock;
  /** Spreads retries. */
  random?: Random;
  /** Folder of answers. Default: every request is sent. */
  cacheDir?: string;
  signal?: AbortSignal;
}

/** One request and how its answer is read. */
export interface Question<T> {
  /** Below the endpoint's url, e.g. `/embeddings`. */
  path: string;
  body: Record<string, unknown>;
  /** About how many tokens it costs. */
  tokens: number;
  /** @throws {RemoteError} when the answer is not what was asked for */
  read: (answer: unknown) => T;
}

/** An answer that cannot be used may be as bad the next time. */
const RETRIES_OF_GARBAGE = 2;
/** A server that asks for a longer pause is not waited for. */
const LONGEST_PAUSE = 600_000;

/**
 * An OpenAI-compatible API: rate limit, retries, time limit, cache, and a count of what it all came to. The key is read
 * from an environment variable when a request is sent, and stands in no file, error or report.
 */
export class Endpoint {
  readonly settings: EndpointSettings;
  readonly cache: AnswerCache | undefined;
  readonly usage: Usage;
  readonly #env: Readonly<Record<string, string | undefined>>;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly limit: RateLimit;
  private readonly signal: AbortSignal | undefined;

  /** @throws {InputError} an address that is none, holds a key, or would send one in the clear; a key that is not set */
  constructor(settings: EndpointSettings, surroundings: EndpointSurroundings = {}) {
    this.settings = { ...settings, url: settings.url.replace(/\/+$/, "") };
    this.#env = surroundings.env ?? process.env;
    this.clock = surroundings.clock ?? systemClock;
    this.random = surroundings.random ?? new Random(0);
    this.signal = surroundings.signal;
    this.cache = surroundings.cacheDir === undefined ? undefined : new AnswerCache(surroundings.cacheDir);
    this.limit = new RateLimit(settings, this.clock);
    this.usage = new Usage(settings.dollarsPerMillionTokens);
    this.checkAddress();
    this.key();
  }

  /** What it came to so far. */
  report(): UsageReport {
    return this.usage.report();
  }

  /** The request as the cache knows it. */
  request(path: string, body: Record<string, unknown>): unknown {
    return { url: `${this.settings.url}${path}`, body };
  }

  /**
   * Sends a request until an answer can be read.
   *
   * @throws {RemoteError} what the last attempt met; {InputError} more tokens than a minute allows
   */
  async ask<T>({ path, body, tokens, read }: Question<T>): Promise<T> {
    const { url, timeoutSeconds = 60, retries = 6 } = this.settings;
    for (let attempt = 0; ; attempt++) {
      await this.limit.take(tokens, this.signal);
      this.usage.requests++;
      try {
        const sent = { url: `${url}${path}`, body, key: this.key(), timeoutMs: timeoutSeconds * 1000 };
        return read(await sendJson({ ...sent, signal: this.signal }));
      } catch (error) {
        if (!(error instanceof RemoteError)) throw error;
        this.usage.fail(error.kind);
        const { retryAfter } = error;
        const delay = retryDelay({ attempt, retryAfter, now: this.clock.now(), draw: this.random.uniform() });
        const most = error.kind === "garbage" ? Math.min(retries, RETRIES_OF_GARBAGE) : retries;
        if (!error.passes || attempt >= most || delay > LONGEST_PAUSE) throw error;
        this.usage.retries++;
        // an overloaded server is left alone by all requests, another failure concerns its own
        if (error.kind === "busy") this.limit.pause(delay);
        else await this.clock.sleep(delay, this.signal);
      }
    }
  }

  private checkAddress(): void {
    const { url, keyVariable } = this.settings;
    const wrong = (problem: string, todo: string): InputError => new InputError("endpoint", problem, todo);
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
      throw wrong(`url must be an http address, got ${JSON.stringify(url)}`, "E.g. http://127.0.0.1:8080/v1.");
    const { username, password, search, hash, hostname, protocol } = parsed;
    if (username || password || search || hash)
      throw wrong("url must be a plain address, without a name, key or query", "Put the key into a variable.");
    const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
    if (keyVariable !== undefined && protocol === "http:" && !isHere)
      throw wrong(`the key would go to ${hostname} in the clear`, "Use https.");
  }

  private key(): string | undefined {
    const { keyVariable } = this.settings;
    if (keyVariable === undefined) return undefined;
    const key = this.#env[keyVariable]?.trim();
    if (key && /^[\x21-\x7e]+$/.test(key)) return key;
    const came = key ? "it holds what no key can" : "it is not set";
    throw new InputError("endpoint", `the key must stand in the variable ${keyVariable}; ${came}`, "Export it.");
  }
}
