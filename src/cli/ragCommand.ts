import { type Command, InvalidArgumentError, Option } from "commander";
import { CHUNK_FORMS, type ChunkForm, chunkForm } from "../config/chunkForm.ts";
import type { RagSet } from "../eval/rag/ragSet.ts";
import type { Encoder } from "../search/encoder.ts";
import { cutoffs } from "./cutoffs.ts";
import { addLeakOptions, checkTraining, LEAKS_NOT_LOOKED_FOR, type LeakOptions } from "./leakOptions.ts";
import { addModelOptions, encoderOf, loadModel, type ModelOptions } from "./modelOptions.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { wholeNumber } from "./wholeNumber.ts";

interface Options extends ModelOptions, LeakOptions {
  documents?: string;
  questions?: string;
  dataset: string;
  perDocument: number;
  chunks: ChunkForm[];
  k: number[];
  seed: number;
  json: boolean;
}

const CHUNKS = "whole,paragraphs:512,paragraphs:128,sentences:64,words:128:32";

/** `sulam rag`: finds the passage that answers a question in long documents, for several ways of cutting them. */
export function ragCommand(sulam: Command, terminal: Terminal): void {
  const command = sulam
    .command("rag")
    .description("measure retrieval over long documents, for several ways of cutting them")
    .argument("MODEL", "bm25, or a folder, a registered name (minilm), or a Hugging Face Hub name")
    .option("--documents <FILE>", "rows {id, text}; with --questions")
    .option("--questions <FILE>", "rows {question, document, answer}; the answer stands in the document word for word")
    .option("--dataset <NAME>", "without those files: long documents made of this dataset's passages", "malay-mini")
    .option("--per-document <N>", "passages of such a document", wholeNumber, 24)
    .option("--seed <N>", "of their order", Number, 0)
    .addOption(
      new Option("--chunks <LIST>", "whole, or UNIT:WORDS[:SHARED] with paragraphs, sentences or words")
        .argParser(chunkList)
        .default(chunkList(CHUNKS), CHUNKS),
    )
    .addOption(new Option("--k <LIST>", "cut-offs").argParser(cutoffs).default([1, 5], "1,5"))
    .option("--json", "print the table as one object", false);
  addModelOptions(addLeakOptions(command))
    .addHelpText("after", "\nExample:\n  npx sulam rag minilm --chunks whole,paragraphs:128,words:128:32")
    .action(async (model: string, options: Options) => {
      if ((options.documents === undefined) !== (options.questions === undefined))
        command.error("error: --documents and --questions belong together", { exitCode: 2 });
      const set = await ragSet(options);
      const { ragTexts } = await import("../eval/rag/ragTexts.ts");
      const leaks = (await checkTraining(options, [ragTexts(set)]))?.[0].rows.length;
      const system: Encoder | "bm25" =
        model === "bm25" ? model : encoderOf(await loadModel(model, options, terminal), options);
      const { evaluateRag } = await import("../eval/rag/evaluateRag.ts");
      const { chunks, k } = options;
      const table = await evaluateRag(system, set, { chunks, k, onProgress: terminal.progress("encoding") });
      if (options.json) return terminal.data(toJson({ ...table, leaks }));
      const { renderTable } = await import("../eval/renderTable.ts");
      const told = `Leaks: training has seen ${leaks} of the questions and answering passages.`;
      terminal.words(leaks === undefined ? LEAKS_NOT_LOOKED_FOR : told);
      terminal.words(`${set.questions.length} questions, ${set.documents.length} documents, intervals over documents.`);
      await terminal.data(`${renderTable(table, "text")}\n`);
    });
}

async function ragSet({ documents, questions, dataset, perDocument, seed }: Options): Promise<RagSet> {
  if (documents !== undefined && questions !== undefined) {
    const { readRagSet } = await import("../data/readRagSet.ts");
    return readRagSet({ documents, questions });
  }
  const [{ loadDataset }, { datasetDocuments }] = await Promise.all([
    import("../data/loadDataset.ts"),
    import("../eval/rag/datasetDocuments.ts"),
  ]);
  const loaded = await loadDataset(dataset);
  return datasetDocuments(loaded, { field: loaded.queryFields[0], perDocument, seed });
}

function chunkList(text: string): ChunkForm[] {
  return text.split(",").map((part) => {
    const form = chunkForm(part);
    if (form === undefined) throw new InvalidArgumentError(`Each must be ${CHUNK_FORMS}; got ${JSON.stringify(part)}.`);
    return form;
  });
}
