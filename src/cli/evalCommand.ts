import type { Command } from "commander";
import type { Table } from "../base/table.ts";
import type { RetrievalSet } from "../data/readRetrievalSet.ts";
import type { RetrievalScores } from "../eval/evaluateRetrieval.ts";
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
    .option(
      "--data <DIR>",
      "folder with corpus, queries and qrels, each .jsonl or .jsonl.gz; or a folder of such folders",
    )
    .option("--json", "print the measures as one object", false);
  addEndpointOptions(addModelOptions(addLeakOptions(command)))
    .addHelpText(
      "after",
      "\nRows: corpus {id, text}, queries {id, text}, qrels {query_id, doc_id, relevance}.\n" +
        '--json of a folder of sets: {"sets": {NAME: measures}}.\n' +
        "\nExample:\n  npx sulam eval minilm --data sets/news --json",
    )
    .action(async (model: string, options: Options) => {
      needOptions(command, "data");
      const { sets, isOne } = await readSets(options.data);
      const leaks = await checkTraining(options, sets.map(testTexts));
      const isBm25 = model === "bm25" && options.endpoint === undefined;
      const opened = isBm25 ? undefined : await openEncoder(model, options, terminal);
      const { evaluateRetrieval } = await import("../eval/evaluateRetrieval.ts");
      const measured: Record<string, RetrievalScores & { leaks?: number }> = {};
      for (const [i, set] of sets.entries()) {
        const encoder = opened?.encoder ?? (await bm25(set.corpus));
        const scores = await evaluateRetrieval(encoder, set, { onProgress: terminal.progress(`encoding ${set.name}`) });
        measured[set.name] = { ...scores, ...(leaks && { leaks: leaks[i].rows.length }) };
      }
      const usage = opened && "usage" in opened ? opened.usage?.() : undefined;
      if (options.json) {
        const scores = isOne ? measured[sets[0].name] : { sets: measured };
        return terminal.data(toJson({ ...scores, ...(usage && { usage }) }));
      }
      if (options.training === undefined)
        terminal.words("Leaks: not looked for (--training FILE names what the model was trained on).");
      if (usage) terminal.words(describeUsage(usage));
      await terminal.data(formatTable(isOne ? one(sets[0].name, measured) : several(measured)));
    });
}

/** The set that a folder is, or the sets in its folders: all are read before the first is measured. */
async function readSets(dir: string): Promise<{ sets: RetrievalSet[]; isOne: boolean }> {
  const [{ readRetrievalSet }, { retrievalSetDirs }] = await Promise.all([
    import("../data/readRetrievalSet.ts"),
    import("../data/retrievalSetDirs.ts"),
  ]);
  const sets: RetrievalSet[] = [];
  const folders = await retrievalSetDirs(dir);
  for (const folder of folders) sets.push(await readRetrievalSet(folder));
  return { sets, isOne: folders[0] === dir };
}

function one(name: string, measured: Record<string, object>): Table {
  return { columns: ["measure", name], rows: Object.entries(measured[name]) };
}

/** A line for each set. */
function several(measured: Record<string, object>): Table {
  const [first] = Object.values(measured);
  return {
    columns: ["set", ...Object.keys(first)],
    rows: Object.entries(measured).map(([name, scores]) => [name, ...Object.values(scores)]),
  };
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
