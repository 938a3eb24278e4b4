import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Characters of a command's output that are kept in memory; the log file has all. */
const KEPT = 64 * 1024;

/**
 * Runs a program without a shell and without standard input, and collects what it says on both outputs.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {string} [options.log]  file that gets the whole output
 * @param {(line: string) => void} [options.onLine]
 * @returns {Promise<{code: number, output: string}>} code 127 when the program cannot be started
 */
export function runCommand(command, args, { cwd, env, log, onLine } = {}) {
  if (log) mkdirSync(dirname(log), { recursive: true });
  const file = log ? openSync(log, "w") : undefined;
  let output = "";
  let line = "";
  const take = (text) => {
    if (file !== undefined) append(file, text);
    output = (output + text).slice(-KEPT);
    const lines = (line + text).split("\n");
    line = lines.pop() ?? "";
    if (onLine) for (const whole of lines) onLine(whole);
  };
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    let done = false;
    const finish = (code) => {
      if (done) return; // a program that cannot start gives `error` and then `close`
      done = true;
      if (line && onLine) onLine(line);
      if (file !== undefined) closeSync(file);
      resolve({ code, output });
    };
    child.on("error", (error) => {
      output += error.message;
      finish(127);
    });
    child.on("close", (code, signal) => finish(code ?? (signal ? 128 : 1)));
  });
}

function append(file, text) {
  try {
    writeSync(file, text);
  } catch {
    // a full disk: the program goes on without its log, and says itself what it cannot do
  }
}
