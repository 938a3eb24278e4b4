import { existsSync } from "node:fs";
import { InputError } from "../base/errors.ts";
import type { VectorsOnDisk } from "../mine/stream/diskVectors.ts";
import type { Encoder } from "../search/encoder.ts";
import type { MineJob } from "./mineJob.ts";
import { encodeOptions, encoderOf, loadModel } from "./modelOptions.ts";

/** What mining on the disk works with. */
export interface OnDisk {
  source: Encoder | VectorsOnDisk;
  /** Where finished parts are kept. */
  parts: string;
  /** What the rows hang on, beside the options: files as they are now, and the model. */
  call: Record<string, string>;
  /** Bytes */
  budget: number;
}

/**
 * The model or the vectors of a call with `--memory`, and what tells them from others.
 *
 * @throws {InputError} standard input, no such file, and what loading throws
 */
export async function mineOnDisk(job: MineJob): Promise<OnDisk> {
  const { output, memory } = job.options;
  const { source, key } = await sourceOf(job);
  return { source, parts: `${output}.parts`, call: { ...(await versions(job)), key }, budget: memory! * 1e6 };
}

async function sourceOf(job: MineJob): Promise<{ source: Encoder | VectorsOnDisk; key: string }> {
  const { options, terminal } = job;
  const name = job.source!;
  if (name.endsWith(".npy")) {
    const { openEngine } = await import("../engine/openEngine.ts");
    const engine = await openEngine({ device: options.device, threads: options.threads });
    return { source: { path: name, engine }, key: await versionOf(name) };
  }
  const { modelKey } = await import("../model/modelKey.ts");
  const model = await loadModel(name, options, terminal);
  const key = `${modelKey(model, encodeOptions(options)).key}, batches of ${options.tokenBudget ?? "the usual size"}`;
  return { source: encoderOf(model, options), key };
}

/** What the rows hang on, beside the options: files as they are now. */
async function versions({ options }: MineJob): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const name of ["pairs", "passages"] as const) {
    const path = options[name];
    if (path === "-")
      throw new InputError(
        `--${name} -`,
        "goes without --memory: a try that was killed could not go on",
        "Name a file.",
      );
    if (path !== undefined) files[name] = await versionOf(path);
  }
  return files;
}

async function versionOf(path: string): Promise<string> {
  const { fileVersion } = await import("../mine/stream/fileVersion.ts");
  if (!existsSync(path)) throw new InputError(path, "no such file", "Check the path.");
  return `${path}: ${fileVersion(path)}`;
}
