import { SulamError } from "../base/errors.ts";

/** An experiment that was told to stop. What was stored stays, and the run can go on from there. */
export class Interrupted extends SulamError {
  /** E.g. `training tuned, after step 12`. */
  readonly doing: string;

  constructor(doing: string) {
    super("run", `stopped while ${doing}`, "Go on with `npx sulam run --resume RUN`.");
    this.doing = doing;
  }
}
