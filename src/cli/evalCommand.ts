import type { Command } from "commander";
import type { RetrievalSet } from "../data/readRetrievalSet.ts";
import type { System } from "../eval/system.ts";
import { describeUsage } from "./describeUsage.ts";
import { addEndpointOptions, type EndpointOptions } from "./endpointOptions.ts";
import { formatTable } from "./formatTable.ts";
import { addLeakOptions, checkTraining, type LeakOptions } from "./leakOptions.ts";
import { addModelOptions, type ModelOptions } from "./modelOptions.ts";
import { needOptions } from "./needOptions.ts";
import { openEncoder } from "./openEncoder.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

interface Options extends ModelOptions, EndpointOptions, LeakOptions {
  data: string;
  json: boolean;
}

/** `sulam eval`: Recall@k, MRR@10 and nDCG@10 of a model, or of BM25, on a retrieval set. */
export function evalCommand(sulam: Command, terminal: Terminal): void {
  const command = sulam
    .command("eval")
    .description("measure a model, or bm25, on a retrieval set")
    .argument("MODEL", "bm25, or a folder, a registered name (minilm), a Hugging Face Hub name, or an API's model")
    .option("--data <DIR>", "folder with corpus, queries and qrels, each .jsonl or .jsonl.gz")
    .option("--json", "print the measures as one object", false);
  addEndpointOptions(addModelOptions(addLeakOptions(command)))
    .addHelpText(
      "after",
      "\nRows: corpus {id, text}, queries {id, text}, qrels {query_id, doc_id, relevance}.\n" +
        "\nExample:\n  npx sulam eval minilm --data sets/news --json",
    )
    .action(async (model: string, options: Options) => {
      needOptions(command, "data");
      const { readRetrievalSet } = await import("../data/readRetrievalSet.ts");
      const set = await readRetrievalSet(options.data);
      const leaks = await checkTraining(options, testTexts(set));
      const isBm25 = model === "bm25" && options.endpoint === undefined;
      const opened = isBm25 ? { encoder: await bm25(set.corpus) } : await openEncoder(model, options, terminal);
      const { evaluateRetrieval } = await import("../eval/evaluateRetrieval.ts");
      const measured = await evaluateRetrieval(opened.encoder, set, { onProgress: terminal.progress("encoding") });
      const scores = { ...measured, ...(leaks && { leaks: leaks.rows.length }) };
      const usage = "usage" in opened ? opened.usage?.() : undefined;
      if (options.json) return terminal.data(toJson({ ...scores, ...(usage && { usage }) }));
      if (usage) terminal.words(describeUsage(usage));
      await terminal.data(formatTable({ columns: ["measure", set.name], rows: Object.entries(scores) }));
    });
}

/** The queries, and the documents that answer one. */
function testTexts({ corpus, queries, qrels }: RetrievalSet): string[] {
  const answers = new Set(
    [...qrels.values()].flatMap((grades) => [...grades].flatMap(([id, g]) => (g > 0 ? [id] : []))),
  );
  return [...queries, ...corpus.filter(({ id }) => answers.has(id))].map(({ text }) => text);
}

async function bm25(corpus: readonly { text: string }[]): Promise<System> {
  const { Bm25 } = await import("../search/bm25.ts");
  return new Bm25(corpus.map(({ text }) => text));
}
