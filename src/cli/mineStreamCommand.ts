import type { Command } from "commander";
import { needOptions } from "./needOptions.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { wholeNumber } from "./wholeNumber.ts";

interface Options {
  output: string;
  from: number;
  to: number;
  minScore?: number;
  maxScore?: number;
  memory: number;
  threads?: number;
  json: boolean;
}

/** `sulam mine-stream`: vectors on disk in, the nearest rows of each query out, in fixed memory. */
export function mineStreamCommand(sulam: Command, terminal: Terminal): void {
  const command = sulam
    .command("mine-stream")
    .description("find the nearest rows of a corpus that does not fit the memory; goes on after it was killed")
    .argument("QUERIES", ".npy, float32 [Q, D], as `sulam encode` writes it")
    .argument("CORPUS", ".npy, float32 [N, D]")
    .option("--output <FILE>", "JSONL rows {query, neighbours, scores}; rows are numbered from 0")
    .option("--from <RANK>", "first rank that is written, 0 = most similar", Number, 0)
    .option("--to <RANK>", "rank after the last", wholeNumber, 100)
    .option("--min-score <X>", "least cosine", Number)
    .option("--max-score <X>", "greatest cosine", Number)
    .option("--memory <MB>", "megabytes beside the program itself", wholeNumber, 1024)
    .option("--threads <N>", "CPU threads (default: the physical cores)", wholeNumber)
    .option("--json", 'print {"queries", "corpus", "made", "resumed", "output"} when done', false)
    .addHelpText(
      "after",
      "\nExample:\n  npx sulam mine-stream queries.npy corpus.npy --output near.jsonl --memory 2000",
    )
    .action(async (queries: string, corpus: string, options: Options) => {
      needOptions(command, "output");
      const [{ openEngine }, { streamNeighbours }] = await Promise.all([
        import("../engine/openEngine.ts"),
        import("../mine/stream/streamNeighbours.ts"),
      ]);
      const { output, from, to, minScore, maxScore, memory, threads } = options;
      const engine = await openEngine({ threads });
      const summary = await streamNeighbours(
        engine,
        { queries, corpus, output },
        { window: [from, to], minScore, maxScore, budget: memory * 1e6, onProgress: terminal.progress("mining") },
      );
      const resumed = summary.resumed > 0 ? `, ${summary.resumed} shards of them from an earlier try` : "";
      terminal.words(`${summary.queries} queries have their neighbours in ${output}${resumed}.`);
      if (options.json) await terminal.data(toJson({ ...summary, output }));
    });
}
