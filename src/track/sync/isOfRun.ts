import { TrackError } from "../trackError.ts";
import { ServerError } from "./serverError.ts";

/** Whether only one run is at fault, so that the others can go on: it is refused here, or there. */
export function isOfRun(error: unknown): error is ServerError | TrackError {
  if (error instanceof TrackError) return true;
  const isRefused = error instanceof ServerError && error.status >= 400 && error.status < 500;
  return isRefused && error.status !== 401 && error.status !== 403;
}
