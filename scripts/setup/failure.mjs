/** A set-up that cannot go on: one sentence for the reader, and the command that mends it. */
export class SetupFailure extends Error {
  /**
   * @param {string} sentence what is missing or went wrong, ending in a full stop
   * @param {string} command  what to type next
   */
  constructor(sentence, command) {
    super(sentence);
    this.name = "SetupFailure";
    this.sentence = sentence;
    this.command = command;
  }
}
