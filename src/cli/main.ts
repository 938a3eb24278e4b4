import { CommanderError } from "commander";
import { program } from "./program.ts";
import { reportError } from "./reportError.ts";
import { openTerminal } from "./terminal.ts";

const { stdout, stderr } = process;
const terminal = openTerminal({ stdout, stderr, now: () => performance.now() });

let hasFailed = false;
/** Says once what ended the command: a failed write is told by its promise and by the stream. */
function fail(error: unknown): void {
  if (!hasFailed) terminal.words(reportError(error, Boolean(process.env.SULAM_DEBUG)));
  hasFailed = true;
  process.exitCode = 1;
}

// A reader that went away (`| head`) is no error; whether the write or the stream tells it first, nothing is said.
const isReaderGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "EPIPE";
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (isReaderGone(error)) process.exit(0);
  error.path ??= "standard output";
  fail(error);
});
// Words that a full disk does not take are lost; hours of work are not to end for them.
stderr.on("error", (error) => {
  if (isReaderGone(error)) process.exit(0);
});

/** Exit codes: 0 done, 1 failed, 2 wrong usage; a command may set its own (130 interrupted). */
try {
  await program(terminal).parseAsync();
} catch (error) {
  // commander has already printed its own words
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (!isReaderGone(error)) fail(error);
}
