/** What somebody does when the process ends under a run. */
export interface EndWatcher {
  /** @param isFatal nobody else listens to the signal, so the process dies of it right after this */
  onSignal(isFatal: boolean): void;
  /** The process exits with this code. Only synchronous work counts. */
  onExit(code: number): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const watchers: EndWatcher[] = [];

/**
 * Watches for the end of this process, so that an open run does not stay RUNNING. A signal still kills a process that
 * handles none, and a program (or kernel) that has its own handler keeps it.
 *
 * @returns a function that stops the watching
 */
export function watchProcessEnd(watcher: EndWatcher): () => void {
  if (watchers.length === 0) {
    for (const signal of SIGNALS) process.on(signal, onSignal);
    process.on("exit", onExit);
  }
  watchers.push(watcher);
  return () => {
    const at = watchers.indexOf(watcher);
    if (at >= 0) watchers.splice(at, 1);
    if (watchers.length === 0) unlisten();
  };
}

function onSignal(signal: NodeJS.Signals): void {
  const isFatal = process.listenerCount(signal) === 1;
  // Nested runs end before the run around them.
  for (const watcher of [...watchers].reverse()) watcher.onSignal(isFatal);
  if (!isFatal) return;
  unlisten();
  process.kill(process.pid, signal);
}

function onExit(code: number): void {
  for (const watcher of [...watchers].reverse()) watcher.onExit(code);
}

function unlisten(): void {
  for (const signal of SIGNALS) process.off(signal, onSignal);
  process.off("exit", onExit);
}
