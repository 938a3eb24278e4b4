import { spawn } from "node:child_process";
import { cellScope } from "./cellScope.ts";
import { endTree } from "./endTree.ts";

/**
 * Runs a `!command` line of a cell with the system's shell; its output becomes the cell's, in order with what the cell
 * prints itself. An interrupt of the cell ends it with all that it has started.
 *
 * @throws {Error} when the command ends with a code other than 0 or by a signal: a failure must not pass unseen
 */
export function shell(command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, stdio: ["ignore", "pipe", "pipe"] });
    // The shell's own commands too: it waits for them before it ends.
    const stop = (): void => {
      if (child.pid !== undefined && child.exitCode === null) endTree(child.pid, "SIGINT");
    };
    const stops = cellScope.getStore()?.stops;
    stops?.add(stop);
    child.stdout.on("data", (bytes) => process.stdout.write(bytes));
    child.stderr.on("data", (bytes) => process.stderr.write(bytes));
    child.on("error", (cause) => reject(new Error(`!${command}: the shell did not start`, { cause })));
    child.on("close", (code, signal) => {
      stops?.delete(stop);
      if (code === 0) resolve();
      else reject(new Error(`!${command}: ended ${signal ? `by ${signal}` : `with exit code ${code}`}`));
    });
  });
}
