import { existsSync } from "node:fs";
import { join } from "node:path";
import { readEngineJson } from "./engineJson.ts";
import { loadAddon } from "./loadAddon.ts";

let answer: { problem: string | undefined } | undefined;

/**
 * Loads torch's CUDA half, which registers its kernels as it loads: nothing of it is needed to build the addon, or to
 * run on the CPU. Asked again, it answers at once.
 * @returns why there is no CUDA here, or undefined when there is
 */
export function cudaProblem(): string | undefined {
  answer ??= { problem: findProblem() };
  return answer.problem;
}

function findProblem(): string | undefined {
  const { addon } = loadAddon();
  const library = join(readEngineJson().torch, "lib", "libtorch_cuda.so");
  if (!existsSync(library)) return "this torch is built without CUDA";
  // cuBLAS gives the same bits each time only with a workspace of its own, and reads this when it starts.
  process.env.CUBLAS_WORKSPACE_CONFIG ??= ":4096:8";
  try {
    addon.openLibrary(library);
  } catch (error) {
    return `CUDA does not load: ${(error as Error).message}`;
  }
  return addon.cudaDevices() === 0 ? "there is no CUDA device here" : undefined;
}
