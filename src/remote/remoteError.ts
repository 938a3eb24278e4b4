import { SulamError } from "../base/errors.ts";

/**
 * What went wrong with a request.
 *
 * - `busy`: 429; `server`: 5xx; `connection`: none, or closed before the answer was whole; `timeout`
 * - `garbage`: the answer is not JSON, or not what was asked for
 * - `incomplete`: the model stopped at its limit of tokens; `refusal`: it, or a filter, would not answer
 * - `denied`: no or a wrong key, or no credit; `rejected`: another 4xx, or a redirect
 */
export type FailureKind =
  | "busy"
  | "server"
  | "connection"
  | "timeout"
  | "garbage"
  | "incomplete"
  | "refusal"
  | "denied"
  | "rejected";

/** A request that failed, after all its retries. */
export class RemoteError extends SulamError {
  readonly kind: FailureKind;
  /** The header of the answer, when it had one. */
  readonly retryAfter: string | undefined;

  /** @param words what was wanted and what came; what to do */
  constructor(kind: FailureKind, who: string, words: [problem: string, todo: string], retryAfter?: string) {
    super(who, ...words);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed later. */
  get passes(): boolean {
    return ["busy", "server", "connection", "timeout", "garbage"].includes(this.kind);
  }
}
