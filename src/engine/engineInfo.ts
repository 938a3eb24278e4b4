import { spawnSync } from "node:child_process";
import { cudaProblem } from "./cudaProblem.ts";
import { loadAddon } from "./loadAddon.ts";

/** What the engine finds on this machine. */
export interface EngineInfo {
  torchVersion: string;
  /** The instruction set that torch's CPU kernels use, e.g. `AVX512`. */
  cpuCapability: string;
  /** CPU threads inside one operation. */
  threads: number;
  /** One name a device; empty without CUDA. */
  cudaDevices: string[];
  /** Why `cudaDevices` is empty. */
  cudaProblem: string | undefined;
  /** torch's own account of how it was built. */
  config: string;
}

/** Looks at the engine and the machine, for `doctor` and the records of a run. @throws {SetupError} when set-up has not run */
export function engineInfo(): EngineInfo {
  const { addon } = loadAddon();
  const problem = cudaProblem();
  const cudaDevices = problem === undefined ? deviceNames(addon.cudaDevices()) : [];
  return { torchVersion: addon.torchVersion(), ...addon.info(), cudaDevices, cudaProblem: problem };
}

/** Names come from the driver's own tool: torch tells them through headers that only a CUDA toolkit has. */
function deviceNames(count: number): string[] {
  const query = ["--query-gpu=name", "--format=csv,noheader"];
  const { stdout } = spawnSync("nvidia-smi", query, { encoding: "utf8", timeout: 10_000 });
  const names = (stdout ?? "").split("\n").filter(Boolean);
  return Array.from({ length: count }, (_, i) => names[i] ?? "CUDA device");
}
