import type { OnProgress } from "../base/progress.ts";

/** Where a command speaks: data to standard output, words and progress to standard error. */
export interface Terminal {
  /** Writes data and waits until the reader took it. */
  data(chunk: string | Uint8Array): Promise<void>;
  /** One line for people. */
  words(line: string): void;
  /** A progress callback; the line is rewritten in place on a terminal, and printed now and then elsewhere. */
  progress(label: string): OnProgress;
}

/** What `openTerminal` needs from the process; a file or a pipe has `isTTY` undefined. */
export interface TerminalStreams {
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  /** Milliseconds, monotonic. */
  now(): number;
}

/** A screen shows ten lines a second; a log file needs one every ten seconds. */
const screenEveryMs = 100;
const logEveryMs = 10_000;

/** The terminal of a process, or of a test. */
export function openTerminal({ stdout, stderr, now }: TerminalStreams): Terminal {
  let onScreen = false;
  const clear = (): void => {
    if (onScreen) stderr.write("\r\x1b[K");
    onScreen = false;
  };
  return {
    data: (chunk) =>
      new Promise((resolve, reject) => {
        clear();
        stdout.write(chunk as string, (error) =>
          error ? reject(Object.assign(error, { path: "standard output" })) : resolve(),
        );
      }),
    words: (line) => {
      clear();
      stderr.write(`${line}\n`);
    },
    progress: (label) => {
      let last = now() - (stderr.isTTY ? screenEveryMs : 0);
      return ({ done, total, note }) => {
        const end = done >= total;
        if (now() - last < (stderr.isTTY ? screenEveryMs : logEveryMs) && !end) return;
        last = now();
        const text = `${label}  ${done}/${total}${note ? `  ${note}` : ""}`;
        clear();
        if (!stderr.isTTY) stderr.write(`${text}\n`);
        else {
          stderr.write(text.slice(0, (stderr.columns ?? 80) - 1));
          onScreen = true;
        }
      };
    },
  };
}
