import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import { indexFolder } from "./indexFolder.ts";
import { addModelOptions, encodeOptions, encoderOf, loadModel, type ModelOptions } from "./modelOptions.ts";
import { numberFromZero } from "./numberFromZero.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { wholeNumber } from "./wholeNumber.ts";

interface Options extends ModelOptions {
  index?: string;
  model?: string;
  k: number;
  hybrid?: true | number;
  json: boolean;
}

/** What BM25 counts beside the cosine when no weight is given. */
const HYBRID_WEIGHT = 0.5;

/** `sulam search`: the passages of an index that are nearest to a question. */
export function searchCommand(sulam: Command, terminal: Terminal): void {
  const command = sulam
    .command("search")
    .description("search the texts that `sulam index` has indexed")
    .argument("QUERY", "what you look for, in quotes")
    .option("--index <DIR>", "folder of the index (default: index in the folder of the runs)")
    .option("--model <MODEL>", "where the model lies now, if it was moved (default: as in the index)")
    .option("-k, --k <N>", "passages wanted", wholeNumber, 5)
    .option("--hybrid [WEIGHT]", `add BM25 with this weight (${HYBRID_WEIGHT} when none is given)`, numberFromZero)
    .option("--json", 'print [{"rank", "score", "file", "line", "endLine", "text", "snippet"}]', false);
  addModelOptions(command)
    .addHelpText("after", "\nExample:\n  npx sulam search 'bila bayaran dibuat' --hybrid")
    .action(async (query: string, options: Options) => {
      const weight = options.hybrid === true ? HYBRID_WEIGHT : (options.hybrid ?? 0);
      const folder = await indexFolder(options.index);
      const { openIndex } = await import("../corpus/openIndex.ts");
      const index = await openIndex(folder);
      if (!index) throw new InputError("search", `there is no index in ${folder}`, "Make one: sulam index FOLDER.");
      const made = index.manifest.model;
      const name = options.model ?? made.name;
      const embedder = await loadModel(name, { ...options, maxLength: options.maxLength ?? made.maxLength }, terminal);
      const [{ searchIndex }, { modelKey }] = await Promise.all([
        import("../corpus/searchIndex.ts"),
        import("../model/modelKey.ts"),
      ]);
      const hits = await searchIndex(index, {
        query,
        k: options.k,
        lexicalWeight: weight,
        model: { name, identity: modelKey(embedder, encodeOptions(options)).key, maxLength: embedder.maxLength },
        encoder: encoderOf(embedder, options),
      });
      if (options.json) return terminal.data(toJson(hits));
      const shown = hits.map(
        ({ score, file, line, snippet }) => `${score.toFixed(3)}  ${file}:${line}\n       ${snippet}\n`,
      );
      await terminal.data(shown.join(""));
    });
}
