import type { Command } from "commander";
import type { System } from "../eval/system.ts";
import { formatTable } from "./formatTable.ts";
import { addModelOptions, encoderOf, loadModel, type ModelOptions } from "./modelOptions.ts";
import { needOptions } from "./needOptions.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

interface Options extends ModelOptions {
  data: string;
  json: boolean;
}

/** `sulam eval`: Recall@k, MRR@10 and nDCG@10 of a model, or of BM25, on a retrieval set. */
export function evalCommand(sulam: Command, terminal: Terminal): void {
  const command = sulam
    .command("eval")
    .description("measure a model, or bm25, on a retrieval set")
    .argument("MODEL", "bm25, or a folder, a registered name (minilm), or a Hugging Face Hub name")
    .option("--data <DIR>", "folder with corpus, queries and qrels, each .jsonl or .jsonl.gz")
    .option("--json", "print the measures as one object", false);
  addModelOptions(command)
    .addHelpText(
      "after",
      "\nRows: corpus {id, text}, queries {id, text}, qrels {query_id, doc_id, relevance}.\n" +
        "\nExample:\n  npx sulam eval minilm --data sets/news --json",
    )
    .action(async (model: string, options: Options) => {
      needOptions(command, "data");
      const { readRetrievalSet } = await import("../data/readRetrievalSet.ts");
      const set = await readRetrievalSet(options.data);
      const system =
        model === "bm25" ? await bm25(set.corpus) : encoderOf(await loadModel(model, options, terminal), options);
      const { evaluateRetrieval } = await import("../eval/evaluateRetrieval.ts");
      const scores = await evaluateRetrieval(system, set, { onProgress: terminal.progress("encoding") });
      if (options.json) return terminal.data(toJson(scores));
      await terminal.data(formatTable({ columns: ["measure", set.name], rows: Object.entries(scores) }));
    });
}

async function bm25(corpus: readonly { text: string }[]): Promise<System> {
  const { Bm25 } = await import("../search/bm25.ts");
  return new Bm25(corpus.map(({ text }) => text));
}
