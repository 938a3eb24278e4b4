import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";

/**
 * Runs a program that has the terminal, and outlives it. Ctrl-C reaches the program from the terminal itself; SIGTERM
 * reaches this process alone and is passed on.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} options
 * @param {string} options.cwd
 * @returns {Promise<number>} its exit code; 128 + the signal's number when a signal ended it
 */
export async function runInFront(command, args, { cwd }) {
  const child = spawn(command, args, { cwd, stdio: "inherit" });
  const ignore = () => {};
  const pass = () => child.kill("SIGTERM");
  process.on("SIGINT", ignore).on("SIGTERM", pass);
  try {
    const [code, signal] = await once(child, "close");
    return code ?? 128 + constants.signals[signal];
  } finally {
    process.off("SIGINT", ignore).off("SIGTERM", pass);
  }
}
