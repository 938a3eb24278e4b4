import { CommanderError } from "commander";
import { program } from "./program.ts";
import { reportError } from "./reportError.ts";
import { openTerminal } from "./terminal.ts";

// A reader that went away (`| head`) is no error; whether the write or the stream tells it first, nothing is said.
const isReaderGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "EPIPE";
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error) => {
    if (isReaderGone(error)) process.exit(0);
    throw error;
  });

const { stdout, stderr } = process;
const terminal = openTerminal({ stdout, stderr, now: () => performance.now() });

/** Exit codes: 0 done, 1 failed, 2 wrong usage; a command may set its own (130 interrupted). */
try {
  await program(terminal).parseAsync();
} catch (error) {
  // commander has already printed its own words
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (!isReaderGone(error)) {
    terminal.words(reportError(error, Boolean(process.env.SULAM_DEBUG)));
    process.exitCode = 1;
  }
}
