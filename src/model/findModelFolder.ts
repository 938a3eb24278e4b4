import { existsSync, statSync } from "node:fs";
import { InputError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import { downloadModel } from "../remote/downloadModel.ts";
import { registeredFolder } from "./registered.ts";

/**
 * Where a model lies: a folder, a registered name, or a Hub name that is downloaded into the shared cache.
 *
 * @throws {InputError} when the name is none of them, or the Hub has no such model
 * @throws {SetupError} for a registered model that set-up has not fetched
 */
export async function findModelFolder(name: string, onProgress?: OnProgress): Promise<string> {
  const isFolder = existsSync(name) && statSync(name).isDirectory();
  if (isFolder) return name;
  const registered = await registeredFolder(name);
  if (registered !== undefined) return registered;
  if (/^\w[\w.-]*\/\w[\w.-]*$/.test(name)) return downloadModel(name, { onProgress });
  throw new InputError(
    name,
    "is no folder and no registered model",
    "Give a folder, `minilm`, or a Hub name `owner/name`.",
  );
}
