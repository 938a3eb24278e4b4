import { InputError } from "../base/errors.ts";
import type { Clock } from "./clock.ts";

/** How much may be sent within any 60 seconds. Default: no limit. */
export interface Rates {
  requestsPerMinute?: number;
  /** Estimated before a request is sent. */
  tokensPerMinute?: number;
}

const MINUTE = 60_000;

/**
 * Lets requests through in the order in which they ask, so that no 60 seconds see more of them, or more of their
 * tokens, than allowed: a sliding window, not a bucket that lets twice the rate through around its edge.
 */
export class RateLimit {
  private readonly rates: Rates;
  private readonly clock: Clock;
  private readonly sent: { at: number; tokens: number }[] = [];
  private tail: Promise<unknown> = Promise.resolve();
  private pausedUntil = 0;

  constructor(rates: Rates, clock: Clock) {
    this.rates = rates;
    this.clock = clock;
  }

  /**
   * Waits until a request may be sent.
   *
   * @throws {InputError} more tokens than a minute may hold
   */
  take(tokens: number, signal?: AbortSignal): Promise<void> {
    const most = this.rates.tokensPerMinute ?? Number.POSITIVE_INFINITY;
    if (tokens > most)
      return Promise.reject(
        new InputError(
          "RateLimit",
          `a request must have at most ${most} tokens, got about ${tokens}`,
          "Send shorter texts, or allow more tokens per minute.",
        ),
      );
    const turn = this.tail.then(() => this.wait(tokens, signal));
    this.tail = turn.catch(() => {});
    return turn;
  }

  /** Nothing is sent for a while: the server asked for it. */
  pause(ms: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, this.clock.now() + ms);
  }

  private async wait(tokens: number, signal?: AbortSignal): Promise<void> {
    for (let ms = this.msUntilFree(tokens); ms > 0; ms = this.msUntilFree(tokens)) await this.clock.sleep(ms, signal);
    this.sent.push({ at: this.clock.now(), tokens });
  }

  private msUntilFree(tokens: number): number {
    const now = this.clock.now();
    if (now < this.pausedUntil) return this.pausedUntil - now;
    const { requestsPerMinute = Number.POSITIVE_INFINITY, tokensPerMinute = Number.POSITIVE_INFINITY } = this.rates;
    while (this.sent.length > 0 && this.sent[0].at <= now - MINUTE) this.sent.shift();
    const open = this.sent.reduce((sum, request) => sum + request.tokens, 0);
    if (this.sent.length < requestsPerMinute && open + tokens <= tokensPerMinute) return 0;
    return this.sent[0].at + MINUTE - now;
  }
}
