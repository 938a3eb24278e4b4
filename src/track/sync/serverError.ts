import { SulamError } from "../../base/errors.ts";

/** An MLflow server that refused a call, or did not answer. */
export class ServerError extends SulamError {
  /** The HTTP status; 0 when no answer came. */
  readonly status: number;
  /** MLflow's `error_code`; empty when there was none. */
  readonly code: string;

  /** @param who the server and call @param answer what came */
  constructor(who: string, problem: string, todo: string, answer: { status: number; code?: string; cause?: unknown }) {
    super(who, problem, todo, { cause: answer.cause });
    this.status = answer.status;
    this.code = answer.code ?? "";
  }
}
