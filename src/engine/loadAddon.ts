import { createRequire } from "node:module";
import { SetupError } from "../base/errors.ts";
import type { Addon } from "./addon.ts";
import { readEngineJson } from "./engineJson.ts";
import { Scopes } from "./scopes.ts";

let loaded: { addon: Addon; scopes: Scopes } | undefined;

/**
 * The native addon and the tidy scopes of this thread, loaded once.
 * @throws {SetupError} when the addon is absent or does not load
 */
export function loadAddon(): { addon: Addon; scopes: Scopes } {
  if (loaded) return loaded;
  const { addon: path } = readEngineJson();
  // Idle OpenMP threads would spin otherwise, which costs other processes their time. libgomp reads it when it loads.
  process.env.OMP_WAIT_POLICY ??= "passive";
  try {
    const addon = createRequire(import.meta.url)(path) as Addon;
    loaded = { addon, scopes: new Scopes(addon) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new SetupError("engine", `the addon does not load: ${reason}`, "Run `npx sulam setup`.", { cause });
  }
  return loaded;
}
