import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import type { Vectors } from "../base/vectors.ts";
import { describeUsage } from "./describeUsage.ts";
import { addEndpointOptions, type EndpointOptions } from "./endpointOptions.ts";
import { addModelOptions, type ModelOptions } from "./modelOptions.ts";
import { needOptions } from "./needOptions.ts";
import { openEncoder } from "./openEncoder.ts";
import { type Output, openOutput } from "./openOutput.ts";
import { readTexts } from "./readTexts.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

interface Options extends ModelOptions, EndpointOptions {
  input: string;
  output: string;
  jsonl: boolean;
  json: boolean;
}

/** `sulam encode`: texts in, float32 vectors [N, D] out, one for each text, in order. */
export function encodeCommand(sulam: Command, terminal: Terminal): void {
  const command = sulam
    .command("encode")
    .description("turn texts into vectors")
    .argument("MODEL", "a folder, a registered name (minilm), a Hugging Face Hub name, or an API's model")
    .option("--input <FILE>", "one text a line, or .jsonl rows with `text`; gzip too; - is standard input")
    .option("--output <FILE>", ".npy: float32 [N, D]; .jsonl: one array a line; - is standard output, as .npy")
    .option("--jsonl", "the input is JSONL whatever its name", false)
    .option("--json", 'print {"texts", "dimension", "output"} when done', false);
  addEndpointOptions(addModelOptions(command))
    .addHelpText("after", "\nExample:\n  npx sulam encode minilm --input texts.txt --output vectors.npy")
    .action(async (model: string, options: Options) => {
      needOptions(command, "input", "output");
      if (options.json && options.output === "-")
        throw new InputError("--json", "would share standard output with --output -", "Drop one of the two.");
      if (/\.[^./]+$/.test(options.output) && !/\.(npy|jsonl)$/.test(options.output))
        throw new InputError("--output", `must end in .npy or .jsonl, got ${options.output}`, "Choose one of the two.");
      const output = await openOutput(options.output, terminal);
      try {
        const texts = await readTexts(options.input, options.jsonl);
        const { encoder, usage } = await openEncoder(model, options, terminal);
        const vectors = await encoder.encode(texts, { onProgress: terminal.progress("encoding") });
        await write(output, vectors, options.output.endsWith(".jsonl"));
        await output.finish();
        const where = options.output === "-" ? "on standard output" : `in ${options.output}`;
        terminal.words(`${vectors.n} texts are now ${vectors.d}-dimensional vectors ${where}.`);
        if (usage) terminal.words(describeUsage(usage()));
        const report = { texts: vectors.n, dimension: vectors.d, output: options.output };
        if (options.json) await terminal.data(toJson({ ...report, ...(usage && { usage: usage() }) }));
      } catch (error) {
        await output.abandon();
        throw error;
      }
    });
}

/** Bytes or rows at a time, so that the text of a large matrix is never whole in memory. */
async function write(output: Output, vectors: Vectors, asJsonl: boolean): Promise<void> {
  const { data, n, d } = vectors;
  if (asJsonl) {
    // nine digits hold a float32 exactly
    const row = (i: number): number[] => Array.from(data.subarray(i * d, (i + 1) * d), (x) => Number(x.toPrecision(9)));
    for (let i = 0; i < n; i++) await output.write(`${JSON.stringify(row(i))}\n`);
    return;
  }
  const { npyHeader } = await import("../data/npy.ts");
  await output.write(npyHeader(vectors));
  const bytes = new Uint8Array(data.buffer, data.byteOffset, n * d * 4);
  for (let at = 0; at < bytes.length; at += 1 << 22) await output.write(bytes.subarray(at, at + (1 << 22)));
}
