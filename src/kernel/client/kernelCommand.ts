import { childProgram } from "../supervisor/childProgram.ts";

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

/** Our own kernel. */
export function ownKernel(): KernelCommand {
  const { file, execArgv } = childProgram("supervisor");
  return {
    name: "sulam",
    language: "typescript",
    argv: [process.execPath, ...execArgv, file, "{connection_file}"],
    env: {},
    interruptMode: "message",
  };
}
