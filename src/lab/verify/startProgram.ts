import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { InputError, SulamError } from "../../base/errors.ts";

/** Runs a program to its end. */
export type StartProgram = (command: string, args: readonly string[], env?: Record<string, string>) => Promise<void>;

/** The work was told to stop. */
export class Stopped extends SulamError {}

/** Where and how programs run. */
export interface ProgramOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Ends the program, with all that it started. */
  signal?: AbortSignal;
  /** Hears each line of the program's standard error. */
  say: (line: string) => void;
}

/**
 * A function that runs programs, each in a process group of its own: Ctrl-C reaches us alone, and an abort ends the
 * whole group at once.
 *
 * @returns a function that throws {InputError} when the program fails, with its last line, and {Stopped} on an abort
 */
export function startProgram({ cwd, env, signal, say }: ProgramOptions): StartProgram {
  return (command, args, more = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(stopped());
      const child = spawn(command, args, {
        cwd,
        env: { ...env, ...more },
        stdio: ["ignore", "ignore", "pipe"],
        detached: true,
      });
      const kill = (): void => {
        try {
          process.kill(-(child.pid as number), "SIGKILL");
        } catch {
          // it has just ended by itself
        }
      };
      signal?.addEventListener("abort", kill);
      let last = "it said nothing";
      createInterface({ input: child.stderr }).on("line", (line) => {
        if (line.trim() !== "") last = line;
        say(line);
      });
      child.on("error", reject);
      child.on("close", (code, by) => {
        signal?.removeEventListener("abort", kill);
        if (signal?.aborted) return reject(stopped());
        if (code === 0) return resolve();
        const how = code === null ? `was ended by ${by}` : `ended with exit code ${code}`;
        reject(new InputError(command, `${how}: ${last}`, "Look at the lines above."));
      });
    });
}

function stopped(): Stopped {
  return new Stopped("verify", "stopped", "Nothing was verified.");
}
