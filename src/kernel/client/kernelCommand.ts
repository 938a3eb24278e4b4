import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** How to start a kernel, as its kernelspec says. */
export interface KernelCommand {
  name: string;
  language: string;
  /** `{connection_file}` stands for the path of that file. */
  argv: string[];
  env: Record<string, string>;
  /** Whether SIGINT or an `interrupt_request` interrupts it. */
  interruptMode: "signal" | "message";
}

/** Our own kernel: from `dist` when this file is there, else from `src` through tsx. */
export function ownKernel(): KernelCommand {
  const built = fileURLToPath(new URL("../supervisor/main.js", import.meta.url));
  const source = fileURLToPath(new URL("../supervisor/main.ts", import.meta.url));
  const start = existsSync(built) ? [built] : ["--import", import.meta.resolve("tsx"), "--conditions=source", source];
  return {
    name: "sulam",
    language: "typescript",
    argv: [process.execPath, ...start, "{connection_file}"],
    env: {},
    interruptMode: "message",
  };
}
