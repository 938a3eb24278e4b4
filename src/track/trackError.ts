import { InputError } from "../base/errors.ts";

/** Why the tracker refused a call, in the words of MLflow's REST API (`error_code`). */
export type TrackErrorCode =
  | "INVALID_PARAMETER_VALUE"
  | "INVALID_STATE"
  | "RESOURCE_ALREADY_EXISTS"
  | "RESOURCE_DOES_NOT_EXIST";

/** A call that the caller must change: a bad name or value, an unknown run, a run that somebody else writes. */
export class TrackError extends InputError {
  /** For programs, so that nobody parses the message. */
  readonly code: TrackErrorCode;

  /** `who`, `problem` and `todo` are those of `SulamError`. */
  constructor(code: TrackErrorCode, who: string, problem: string, todo: string) {
    super(who, problem, todo);
    this.code = code;
  }
}
