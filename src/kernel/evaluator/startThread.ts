import { extname } from "node:path";
import { Worker } from "node:worker_threads";

/**
 * Starts a worker thread from a file beside this one, from `dist` or, in tests, from the TypeScript source: Node 20
 * does not hand the main thread's loader hooks on to its workers.
 *
 * @param name file name without its ending
 */
export function startThread(name: string, workerData: unknown): Worker {
  const ending = extname(import.meta.url);
  const file = new URL(`./${name}${ending}`, import.meta.url);
  if (ending !== ".ts") return new Worker(file, { workerData });
  const tsx = import.meta.resolve("tsx/esm/api");
  const code = `import("${tsx}").then((api) => { api.register(); return import("${file.href}"); });`;
  return new Worker(code, { eval: true, workerData });
}
