import { type Command, Option } from "commander";
import { TASK_NAMES, type TaskName } from "../eval/taskNames.ts";
import { cutoffs } from "./cutoffs.ts";
import { describeUsage } from "./describeUsage.ts";
import { addEndpointOptions, type EndpointOptions } from "./endpointOptions.ts";
import { formatTable } from "./formatTable.ts";
import { addLeakOptions, checkTraining, LEAKS_NOT_LOOKED_FOR, type LeakOptions } from "./leakOptions.ts";
import { type Figures, measuresTable } from "./measuresTable.ts";
import { addModelOptions, type ModelOptions } from "./modelOptions.ts";
import { needOptions } from "./needOptions.ts";
import { openEncoder } from "./openEncoder.ts";
import { readEvalSets } from "./readEvalSets.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

interface Options extends ModelOptions, EndpointOptions, LeakOptions {
  data: string;
  task: TaskName | "retrieval";
  k?: number[];
  intervals: boolean;
  json: boolean;
}

const HELP = `
Rows of retrieval: corpus {id, text}, queries {id, text, group?}, qrels {query_id, doc_id, relevance}.
Rows of sts: {sentence1, sentence2, score}; triplets: {anchor, positive, negative}; reranking: {query, positive: [],
negative: []}; bitext: {sentence1, sentence2}; as .jsonl, .csv, .parquet or .arrow.
--json of a folder of sets: {"sets": {NAME: measures}}; with --intervals measures have "intervals": {MEASURE: [LOW, HIGH]}.

Example:
  npx sulam eval minilm --data sets/news --json
  npx sulam eval minilm --task sts --data sts.csv --intervals`;

/** `sulam eval`: measures a model, or BM25, on retrieval sets; a model on pairs, triplets, reranking or bitext. */
export function evalCommand(sulam: Command, terminal: Terminal): void {
  const command = sulam
    .command("eval")
    .description("measure a model, or bm25, on a retrieval set or the file of a task")
    .argument("MODEL", "bm25, or a folder, a registered name (minilm), a Hugging Face Hub name, or an API's model")
    .option(
      "--data <PATH>",
      "folder with corpus, queries and qrels, each .jsonl or .jsonl.gz; a folder of such folders; or a task's file",
    )
    .addOption(
      new Option("--task <NAME>", "what is measured").choices(["retrieval", ...TASK_NAMES]).default("retrieval"),
    )
    .option("--k <LIST>", "cut-offs of a retrieval set's Recall (default: 1,3,5,10)", cutoffs)
    .option("--intervals", "95 % intervals, from 1,000 resamples of the queries, pairs or triplets", false)
    .option("--json", "print the measures as one object", false);
  addEndpointOptions(addModelOptions(addLeakOptions(command)))
    .addHelpText("after", HELP)
    .action(async (model: string, options: Options) => {
      needOptions(command, "data");
      const { task, k, intervals } = options;
      if (k !== undefined && task !== "retrieval") command.error(`error: ${task} has no --k`, { exitCode: 2 });
      const { sets, isOne } = await readEvalSets(task, options.data);
      const leaks = await checkTraining(
        options,
        sets.map(({ texts }) => texts),
      );
      const isBm25 = model === "bm25" && options.endpoint === undefined;
      const opened = isBm25 ? undefined : await openEncoder(model, options, terminal);
      const found: Record<string, Figures> = {};
      for (const [i, set] of sets.entries()) {
        const onProgress = terminal.progress(`encoding ${set.name}`);
        const measured = await set.measure(opened?.encoder ?? "bm25", { k, onProgress });
        const measures = { ...measured.measures, ...(leaks && { leaks: leaks[i].rows.length }) };
        found[set.name] = { measures, ...(intervals && { intervals: measured.intervals() }) };
      }
      const most = Math.max(...(k ?? [1]));
      for (const { name, passages = most } of sets)
        if (passages < most) terminal.words(`${name} has ${passages} passages: R@k of a greater k counts all of them.`);
      const usage = opened?.usage?.();
      if (options.json) return terminal.data(toJson({ ...asJson(found, isOne), ...(usage && { usage }) }));
      if (leaks === undefined) terminal.words(LEAKS_NOT_LOOKED_FOR);
      if (usage) terminal.words(describeUsage(usage));
      await terminal.data(formatTable(measuresTable(found, isOne)));
    });
}

/** The figures of the one set, or of each by its name. */
function asJson(found: Readonly<Record<string, Figures>>, isOne: boolean): object {
  const sets: Record<string, object> = {};
  for (const [name, { measures, ...intervals }] of Object.entries(found)) sets[name] = { ...measures, ...intervals };
  return isOne ? Object.values(sets)[0] : { sets };
}
