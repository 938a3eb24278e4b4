import type { UsageReport } from "../remote/usage.ts";
import type { Encoder } from "../search/encoder.ts";
import { type EndpointOptions, openEndpoint } from "./endpointOptions.ts";
import { encoderOf, loadModel, type ModelOptions } from "./modelOptions.ts";
import type { Terminal } from "./terminal.ts";

/** A model that can encode, here or behind an API. */
export interface OpenedEncoder {
  encoder: Encoder;
  /** What an API came to so far. */
  usage?: () => UsageReport;
}

/** The API's model of that name where `--endpoint` is given, else a model of this machine. */
export async function openEncoder(
  model: string,
  options: ModelOptions & EndpointOptions,
  terminal: Terminal,
): Promise<OpenedEncoder> {
  if (options.endpoint === undefined) return { encoder: encoderOf(await loadModel(model, options, terminal), options) };
  const endpoint = await openEndpoint(model, options);
  const { embedTexts } = await import("../remote/embedTexts.ts");
  return {
    encoder: { encode: (texts, more) => embedTexts(endpoint, texts, more) },
    usage: () => endpoint.report(),
  };
}
