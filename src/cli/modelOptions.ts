import { type Command, Option } from "commander";
import type { Embedder } from "../model/embedder.ts";
import type { Encoder } from "../search/encoder.ts";
import type { Terminal } from "./terminal.ts";
import { wholeNumber } from "./wholeNumber.ts";

/** What every command that runs a model can be told. */
export interface ModelOptions {
  device?: "cpu" | "cuda";
  threads?: number;
  maxLength?: number;
  tokenBudget?: number;
  autocast: boolean;
  vectorCache?: string;
}

/** Adds the options of `ModelOptions` to a command. */
export function addModelOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--device <NAME>", "where to compute (default: SULAM_DEVICE, else cpu)").choices(["cpu", "cuda"]),
    )
    .option("--threads <N>", "CPU threads (default: the physical cores)", wholeNumber)
    .option("--max-length <N>", "longest text in tokens, the rest is cut off (default: the model's own)", wholeNumber)
    .option("--token-budget <N>", "tokens of a batch (default: 4096)", wholeNumber)
    .option("--autocast", "matrix products in bfloat16", false)
    .option("--vector-cache <DIR>", "keep vectors in this folder, and use those it holds (see `sulam cache`)");
}

/** Loads a model: a folder, a registered name, or a Hub name. */
export async function loadModel(name: string, options: ModelOptions, terminal: Terminal): Promise<Embedder> {
  const [{ openEngine }, { Embedder }] = await Promise.all([
    import("../engine/openEngine.ts"),
    import("../model/embedder.ts"),
  ]);
  const engine = await openEngine({ device: options.device, threads: options.threads });
  return Embedder.load(name, {
    engine,
    maxLength: options.maxLength,
    onProgress: terminal.progress(`loading ${name}`),
  });
}

/** The part of the options that `Embedder.encode` takes. */
export function encodeOptions(options: ModelOptions): { tokenBudget?: number; autocast?: "bfloat16" } {
  return { tokenBudget: options.tokenBudget, autocast: options.autocast ? "bfloat16" : undefined };
}

/** The model as an encoder that encodes as the options say. */
export function encoderOf(embedder: Embedder, options: ModelOptions): Encoder {
  const { engine } = embedder;
  const asked = encodeOptions(options);
  const folder = options.vectorCache;
  if (folder !== undefined) {
    const cached = import("../model/cache/cachedEncoder.ts").then((room) =>
      room.cachedEncoder(embedder, { ...asked, folder }),
    );
    return { engine, encode: async (texts, more) => (await cached).encode(texts, more) };
  }
  return { engine, encode: (texts, { onProgress } = {}) => embedder.encode(texts, { ...asked, onProgress }) };
}
