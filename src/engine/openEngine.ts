import { existsSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../base/errors.ts";
import type { Device, Engine, EngineOptions } from "./engine.ts";
import { readEngineJson } from "./engineJson.ts";
import { loadAddon } from "./loadAddon.ts";
import { TorchEngine } from "./torchEngine.ts";

const engines = new Map<Device, TorchEngine>();

/**
 * Opens the engine of a device. There is one for each device in a process: opening it again gives the same one, with
 * `threads` changed if given.
 * @throws {SetupError} when set-up has not run @throws {EngineError} when the device is absent or unknown
 */
export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  const device = options.device ?? process.env.SULAM_DEVICE ?? "cpu";
  if (device !== "cpu" && device !== "cuda")
    throw new EngineError("openEngine", `device must be \`cpu\` or \`cuda\`, got \`${device}\``, "Name one of them.");
  const { threads } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= 1024))
    throw new EngineError("openEngine", `threads must be in 1 .. 1024, got ${threads}`, "Give the number of cores.");
  const { addon, scopes } = loadAddon();
  if (threads !== undefined) addon.setThreads(threads);
  const known = engines.get(device);
  if (known) return known;
  if (device === "cuda") openCuda();
  const engine = new TorchEngine(addon, scopes, device);
  engines.set(device, engine);
  return engine;
}

/** Loads torch's CUDA half, which registers its kernels as it loads: nothing of it is needed to build or run on CPU. */
function openCuda(): void {
  const { addon } = loadAddon();
  const library = join(readEngineJson().torch, "lib", "libtorch_cuda.so");
  const todo = "Use `cpu`, or give set-up a Python with a CUDA build of torch (`SULAM_PYTHON`).";
  if (!existsSync(library)) throw new EngineError("openEngine", "this torch is built without CUDA", todo);
  try {
    addon.openLibrary(library);
  } catch (cause) {
    throw new EngineError("openEngine", `CUDA does not load: ${(cause as Error).message}`, todo, { cause });
  }
  if (addon.info().cudaDevices === 0) throw new EngineError("openEngine", "there is no CUDA device here", todo);
}
