import { createReadStream, statSync } from "node:fs";
import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import { exactLines } from "./exactLines.ts";
import { needOptions } from "./needOptions.ts";
import { openOutput } from "./openOutput.ts";
import { readTexts } from "./readTexts.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { wholeNumber } from "./wholeNumber.ts";

/** Ids are written in blocks of about this many characters. */
const BLOCK = 1 << 16;

interface EncodeOptions {
  input: string;
  special: boolean;
  maxLength?: number;
  tokens: boolean;
}

interface TrainOptions {
  output: string;
  vocabSize: number;
  jsonl: boolean;
  json: boolean;
}

/** `sulam tokenizer encode|train`. */
export function tokenizerCommand(sulam: Command, terminal: Terminal): void {
  const tokenizer = sulam
    .command("tokenizer")
    .description("encode with, or train, a Hugging Face tokenizer.json")
    .addHelpText("after", "\nExample:\n  npx sulam tokenizer train malay.txt --output tokenizer.json");

  tokenizer
    .command("encode")
    .description("lines in, one JSON array of ids a line out")
    .argument("TOKENIZER", "a tokenizer.json, or its folder")
    .option("--input <FILE>", "texts, one a line; only \\n ends a line; - is standard input", "-")
    .option("--no-special", "leave out what the post-processor adds, e.g. <s> or [CLS]")
    .option("--max-length <N>", "keep at most so many ids of a line", wholeNumber)
    .option("--tokens", "print tokens in place of ids", false)
    .option("--json", "JSON is what it prints anyway; accepted for likeness with other commands")
    .addHelpText("after", "\nExample:\n  echo 'Selamat pagi' | npx sulam tokenizer encode tokenizer.json --no-special")
    .action(async (path: string, { input, special, maxLength, tokens }: EncodeOptions) => {
      const { loadTokenizer } = await import("../tokenizer/loadTokenizer.ts");
      const loaded = loadTokenizer(path);
      if (input !== "-" && statSync(input).isDirectory()) throw new InputError(input, "is a folder", "Name a file.");
      const source = input === "-" ? process.stdin : createReadStream(input);
      let block = "";
      for await (const text of exactLines(source, input === "-" ? "standard input" : input)) {
        const ids = loaded.encode(text, { addSpecialTokens: special, maxLength });
        block += toJson(tokens ? ids.map((id) => loaded.tokenOf(id) ?? null) : ids);
        if (block.length < BLOCK) continue;
        await terminal.data(block);
        block = "";
      }
      await terminal.data(block);
    });

  const train = tokenizer
    .command("train")
    .description("learn a byte-fallback BPE (as Llama 2 and Mistral have) from texts")
    .argument("TEXTS...", "files, one text a line, or .jsonl rows with `text`; gzip too; - is standard input")
    .option("--output <FILE>", "the tokenizer.json to write")
    .option("--vocab-size <N>", "tokens, the 256 bytes and special tokens included", wholeNumber, 8000)
    .option("--jsonl", "the input is JSONL whatever its name", false)
    .option("--json", 'print {"vocabSize", "texts", "output"} when done', false)
    .addHelpText("after", "\nExample:\n  npx sulam tokenizer train malay.txt --vocab-size 8000 --output tokenizer.json")
    .action(async (files: string[], { output: path, vocabSize, jsonl, json }: TrainOptions) => {
      needOptions(train, "output");
      if (json && path === "-")
        throw new InputError("--json", "would share standard output with --output -", "Drop one.");
      const output = await openOutput(path, terminal);
      try {
        const texts: string[] = [];
        // One by one: a spread of some hundred thousand arguments overflows the stack.
        for (const file of files) for (const text of await readTexts(file, jsonl)) texts.push(text);
        const { trainBpe } = await import("../tokenizer/trainBpe.ts");
        const trained = trainBpe(texts, { vocabSize, onProgress: terminal.progress("merging") });
        await output.write(trained.toJson());
        await output.finish();
        const where = path === "-" ? "on standard output" : `in ${path}`;
        terminal.words(`A tokenizer of ${trained.vocabSize} tokens, out of ${texts.length} texts, is ${where}.`);
        if (json) await terminal.data(toJson({ vocabSize: trained.vocabSize, texts: texts.length, output: path }));
      } catch (error) {
        await output.abandon();
        throw error;
      }
    });
}
