import { SulamError } from "../../base/errors.ts";
import { StoreError } from "../storeError.ts";
import { TrackError } from "../trackError.ts";

/** A refusal in the words of MLflow's REST API: what the server's own code throws. */
export class MlflowFault extends Error {
  /** MLflow's `error_code`. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = "MlflowFault";
    this.code = code;
    this.status = status;
  }

  /** A wrong field of a request. */
  static invalid(message: string): MlflowFault {
    return new MlflowFault("INVALID_PARAMETER_VALUE", 400, message);
  }

  /** A thing that is not there. */
  static missing(message: string): MlflowFault {
    return new MlflowFault("RESOURCE_DOES_NOT_EXIST", 404, message);
  }

  /**
   * Any error as such a refusal. MLflow's client tries again at 503 and 500 stays what it is, so a store that is locked
   * is 503 and a full disk is 500. What is not ours is a bug: it is told to `onBug`, and no word of it to the client.
   */
  static from(error: unknown, onBug: (error: unknown) => void): MlflowFault {
    if (error instanceof MlflowFault) return error;
    if (error instanceof TrackError) {
      if (error.code === "RESOURCE_DOES_NOT_EXIST") return MlflowFault.missing(error.message);
      // MLflow calls a deleted run or experiment a wrong parameter, too.
      const code = error.code === "INVALID_STATE" ? "INVALID_PARAMETER_VALUE" : error.code;
      return new MlflowFault(code, 400, error.message);
    }
    if (error instanceof StoreError) {
      if (error.code.startsWith("SQLITE_BUSY")) return new MlflowFault("TEMPORARILY_UNAVAILABLE", 503, error.message);
      if (/^(EEXIST|ENOTDIR|EISDIR)$/.test(error.code)) return MlflowFault.invalid(error.message);
      if (error.code === "ENOENT") return MlflowFault.missing(error.message);
      return new MlflowFault("INTERNAL_ERROR", 500, error.message);
    }
    // Node's words for a client that went away before it had sent everything. Nobody reads this answer.
    if (error instanceof Error && (error as { code?: unknown }).code === "ECONNRESET")
      return new MlflowFault("CANCELLED", 400, "The request broke off.");
    onBug(error);
    const words = error instanceof SulamError ? error.message : "The server failed; see its standard error.";
    return new MlflowFault("INTERNAL_ERROR", 500, words);
  }
}
