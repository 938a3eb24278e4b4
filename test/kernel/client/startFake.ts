import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import type { Listeners } from "../../../src/kernel/client/kernelClient.ts";
import type { KernelCommand } from "../../../src/kernel/client/kernelCommand.ts";
import { type RunningKernel, startKernel } from "../../../src/kernel/client/startKernel.ts";

const program = fileURLToPath(new URL("./fakeKernel.ts", import.meta.url));

/** How to start the kernel of `fakeKernel.ts`. */
export const fakeCommand: KernelCommand = {
  name: "fake",
  language: "fake",
  argv: [process.execPath, "--import", import.meta.resolve("tsx"), "--conditions=source", program, "{connection_file}"],
  env: {},
  interruptMode: "message",
};

/** Starts it. */
export function startFake(listeners: Listeners = {}): Promise<RunningKernel> {
  return startKernel(fakeCommand, { ...listeners, cwd: tmpdir(), startTimeoutMs: 30_000 });
}
