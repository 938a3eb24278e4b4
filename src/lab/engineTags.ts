import { engineInfo } from "../engine/engineInfo.ts";

/**
 * What decides the bits of a result beside the code, as tags of a run: torch's version, the instruction set of its
 * kernels, its threads.
 *
 * @throws {SetupError} when set-up has not run
 */
export function engineTags(): Record<string, string> {
  const { torchVersion, cpuCapability, threads } = engineInfo();
  return {
    "sulam.torchVersion": torchVersion,
    "sulam.cpuCapability": cpuCapability,
    "sulam.threads": String(threads),
  };
}
