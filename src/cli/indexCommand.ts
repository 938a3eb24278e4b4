import { type Command, Option } from "commander";
import type { ChunkUnit } from "../data/chunkText.ts";
import { indexFolder } from "./indexFolder.ts";
import { addModelOptions, encodeOptions, encoderOf, loadModel, type ModelOptions } from "./modelOptions.ts";
import { numberFromZero } from "./numberFromZero.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { wholeNumber } from "./wholeNumber.ts";

interface Options extends ModelOptions {
  model?: string;
  index?: string;
  by: ChunkUnit;
  words: number;
  overlap: number;
  rebuild: boolean;
  json: boolean;
}

/** `sulam index`: puts a model over a folder of texts, or brings its index up to date. */
export function indexCommand(sulam: Command, terminal: Terminal): void {
  const command = sulam
    .command("index")
    .description("make your own texts searchable, or bring their index up to date")
    .argument("PATH", "folder or file: .txt, .md, .jsonl rows with `text` (gzip too)")
    .option("--model <MODEL>", "a folder, a registered name, or a Hub name (default: the index's own, else minilm)")
    .option("--index <DIR>", "folder of the index (default: index in the folder of the runs)")
    .addOption(
      new Option("--by <UNIT>", "passages end with one of these")
        .choices(["paragraphs", "sentences", "words"])
        .default("paragraphs"),
    )
    .option("--words <N>", "words of a passage at most", wholeNumber, 120)
    .option("--overlap <N>", "words that two neighbours may share", numberFromZero, 0)
    .option("--rebuild", "keep nothing of an index that is there", false)
    .option("--json", 'print {"index", "files", "passages", "read", "encoded", "removed", "skipped"}', false);
  addModelOptions(command)
    .addHelpText("after", "\nExample:\n  npx sulam index notes/ && npx sulam search 'bila bayaran dibuat'")
    .action(async (source: string, options: Options) => {
      const folder = await indexFolder(options.index);
      const [{ buildIndex }, { openIndex }, { modelKey }] = await Promise.all([
        import("../corpus/buildIndex.ts"),
        import("../corpus/openIndex.ts"),
        import("../model/modelKey.ts"),
      ]);
      const known = options.rebuild || options.model !== undefined ? undefined : await openIndex(folder);
      const name = options.model ?? known?.manifest.model.name ?? "minilm";
      const maxLength = options.maxLength ?? known?.manifest.model.maxLength;
      const embedder = await loadModel(name, { ...options, maxLength }, terminal);
      const { by, words, overlap, rebuild } = options;
      const report = await buildIndex({
        source,
        folder,
        chunks: { by, words, overlap },
        model: { name, identity: modelKey(embedder, encodeOptions(options)).key, maxLength: embedder.maxLength },
        encoder: encoderOf(embedder, options),
        rebuild,
        onProgress: terminal.progress("encoding"),
      });
      const { files, passages, read, encoded, removed, skipped } = report;
      const gone = removed > 0 ? `, ${removed} gone` : "";
      terminal.words(`${files} files (${read} read${gone}), ${passages} passages (${encoded} encoded), in ${folder}`);
      const aside = Object.entries(skipped).map(([kind, count]) => `${count} ${kind}`);
      if (aside.length > 0) terminal.words(`Left aside, not .txt, .md or .jsonl: ${aside.join(", ")}.`);
      if (options.json) await terminal.data(toJson({ index: folder, ...report }));
      else terminal.words("Search it: npx sulam search 'apa yang anda cari'");
    });
}
