import { EngineError } from "../base/errors.ts";
import { cudaProblem } from "./cudaProblem.ts";
import type { Device, Engine, EngineOptions } from "./engine.ts";
import { loadAddon } from "./loadAddon.ts";
import { TorchEngine } from "./torchEngine.ts";

const engines = new Map<Device, TorchEngine>();

/**
 * Opens the engine of a device. There is one for each device in a process: opening it again gives the same one, with
 * `threads` changed if given. With `cuda`, torch takes deterministic kernels from then on, in the whole process, so that
 * the same seed gives the same bits.
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
  const problem = device === "cuda" ? cudaProblem() : undefined;
  if (problem !== undefined) {
    const todo = "Use `cpu`, or give set-up a Python whose torch has CUDA (`SULAM_PYTHON`).";
    throw new EngineError("openEngine", problem, todo);
  }
  if (device === "cuda") addon.setDeterministic();
  const engine = new TorchEngine(addon, scopes, device);
  engines.set(device, engine);
  return engine;
}
