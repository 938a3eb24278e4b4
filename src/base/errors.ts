/**
 * The errors that people see. Each says who complains, what was wanted, what came, and what to do next:
 * `infoNce: q and p must both be [B, 384], got [32, 384] and [31, 384]. Give each query exactly one positive passage.`
 *
 * The command line prints only the message of a SulamError (it is written for the user); any other error is a bug
 * and is printed with its stack.
 */
export class SulamError extends Error {
  /** The function, file or command that complains. */
  readonly who: string;

  /**
   * @param who     function, file or command that complains, e.g. `infoNce` or `rows.jsonl:12`
   * @param problem what was wanted and what came, e.g. `q and p must both be [B, 384], got [31, 384]`
   * @param todo    one sentence that says what to do, e.g. `Give each query exactly one positive passage.`
   */
  constructor(who: string, problem: string, todo: string, options?: ErrorOptions) {
    super(`${who}: ${problem}. ${todo}`, options);
    this.name = new.target.name;
    this.who = who;
  }
}

/** A tensor, vector or batch whose shape or dtype does not fit. */
export class ShapeError extends SulamError {}

/** A file, row, value or argument that cannot be used. */
export class InputError extends SulamError {}

/** A configuration with an unknown key, a wrong type or a value out of range. */
export class ConfigError extends SulamError {}

/** The tensor engine refused an operation, or ran out of memory. */
export class EngineError extends SulamError {}

/** Something that set-up provides is missing on this machine. */
export class SetupError extends SulamError {}
