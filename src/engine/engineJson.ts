import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SetupError } from "../base/errors.ts";
import { engineJsonPath } from "./engineJsonPath.ts";

/** What set-up writes down for the engine. */
export interface EngineJson {
  /** The compiled addon. */
  addon: string;
  /** The folder of the Python package torch. */
  torch: string;
  torchVersion: string;
  python: string;
  /** The folder of all-MiniLM-L6-v2, where set-up fetched it. */
  minilm?: string;
}

const todo = "Run `npx sulam setup`.";

/**
 * Reads what set-up wrote: the file that `SULAM_ENGINE_JSON` names, or the one of `engineJsonPath`.
 * @throws {SetupError} when it is absent, or what it names is gone
 */
export function readEngineJson(): EngineJson {
  const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
  const path = process.env.SULAM_ENGINE_JSON ?? engineJsonPath(root);
  if (!existsSync(path)) throw new SetupError("engine", `it is not built yet: ${path} is missing`, todo);
  const found = parse(path);
  for (const key of ["addon", "torch"] as const)
    if (!existsSync(found[key])) throw new SetupError("engine", `${path} names ${found[key]}, which is gone`, todo);
  return found;
}

function parse(path: string): EngineJson {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new SetupError("engine", `${path} is not JSON`, todo, { cause });
  }
  const found = value as Partial<EngineJson> | null;
  for (const key of ["addon", "torch", "torchVersion", "python"] as const)
    if (typeof found?.[key] !== "string") throw new SetupError("engine", `${path} lacks the text \`${key}\``, todo);
  return found as EngineJson;
}
