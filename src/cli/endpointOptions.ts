import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import type { Endpoint } from "../remote/endpoint.ts";
import { wholeNumber } from "./wholeNumber.ts";

/** What every command that speaks to an OpenAI-compatible API can be told. */
export interface EndpointOptions {
  endpoint?: string;
  keyVariable?: string;
  requestsPerMinute?: number;
  tokensPerMinute?: number;
  concurrency?: number;
  timeout?: number;
  price?: [input: number, output: number];
  answers?: string;
}

/** Adds the options of `EndpointOptions` to a command. */
export function addEndpointOptions(command: Command): Command {
  return command
    .option("--endpoint <URL>", "an OpenAI-compatible API, e.g. http://127.0.0.1:8080/v1")
    .option("--key-variable <NAME>", "environment variable that holds its key (default: no key is sent)")
    .option("--requests-per-minute <N>", "most requests (default: no limit)", wholeNumber)
    .option("--tokens-per-minute <N>", "most tokens, as estimated (default: no limit)", wholeNumber)
    .option("--concurrency <N>", "requests on their way at once (default: 4)", wholeNumber)
    .option("--timeout <SECONDS>", "for a whole answer (default: 60)", wholeNumber)
    .option("--price <IN,OUT>", "dollars per million tokens, for the report", prices)
    .option("--answers <DIR>", "folder of answers (default: `remote` in the store of runs)");
}

/** Opens the API that the options name, with a model of it. */
export async function openEndpoint(model: string, options: EndpointOptions): Promise<Endpoint> {
  const [{ Endpoint }, { storeDir }] = await Promise.all([
    import("../remote/endpoint.ts"),
    import("../track/storeDir.ts"),
  ]);
  const { endpoint, keyVariable, requestsPerMinute, tokensPerMinute, concurrency, timeout, price } = options;
  const dollarsPerMillionTokens = price && { input: price[0], output: price[1] };
  const rates = { requestsPerMinute, tokensPerMinute, concurrency, timeoutSeconds: timeout };
  const settings = { url: endpoint as string, model, keyVariable, ...rates, dollarsPerMillionTokens };
  return new Endpoint(settings, {
    cacheDir: options.answers ?? join(storeDir({ env: process.env, cwd: process.cwd() }).dir, "remote"),
  });
}

function prices(text: string): [number, number] {
  const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (values.length > 2 || !values.every((value) => value >= 0 && Number.isFinite(value)))
    throw new InvalidArgumentError("It must be one or two numbers, such as 0.15,0.6.");
  return [values[0], values[1] ?? 0];
}
